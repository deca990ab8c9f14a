// The list of villages: by state, area and words, each with its cause, to copy and to save.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var STEP = 100;
  var AREA_M = 16000;  // the least width of what is shown of an area
  var el = app.el;
  var options;  // villages, their states and what these are called, state(v), cause(v), order, columns
  var facets;
  var words;
  var sounds;  // whether a text is like the words
  var wasSet = false;
  var shown = STEP;
  var box;

  // Townships of two districts may bear one name.
  function townshipOf(village) {
    return JSON.stringify([village.district, village.township]);
  }

  function isLike(village) {
    return sounds(village.name) || sounds(village.township) || village.id.indexOf(words.trim()) === 0;
  }

  // Villages in doubt before those that are served.
  function chosen() {
    return facets.kept().map(function (village, at) {
      return [options.order.indexOf(options.state(village)), at, village];
    }).sort(function (a, b) { return a[0] - b[0] || a[1] - b[1]; }).map(function (row) { return row[2]; });
  }

  function act(village) {
    var row = rowOf(village);
    if (row.nextElementSibling) {
      row.nextElementSibling.remove();
    } else {
      app.showVillage(village.id);
    }
  }

  function item(village) {
    var state = options.states[options.state(village)];
    var said = [village.district + " " + (village.township || app.data.ui.no_township), options.cause(village)];
    var more = { "data-village": village.id, title: village.at ? app.data.ui.show_on_map : app.data.ui.not_placed };
    return el("li", "", {}, [
      app.button("village", more, [
        app.badge(options, options.state(village)), el("span", "visually-hidden", {}, [state.label]),
        el("span", "sentence", {}, [
          village.name || app.data.ui.unlisted, el("span", "number", {}, [said[0]]), el("span", "number", {}, [said[1]]),
        ]),
      ], function () { act(village); }),
    ]);
  }

  function names(read, label) {
    var found = new Map();
    options.villages.forEach(function (village) { found.set(read(village), label(village)); });
    return Array.from(found).filter(function (pair) { return pair[0] !== ""; });
  }

  function redrawChoices() {
    var wanted = facets.wanted;
    var counts = facets.counts("state");
    box.chips.forEach(function (chip) {
      var count = counts.get(chip.dataset.filter) || 0;
      chip.setAttribute("aria-pressed", String(wanted.state.indexOf(chip.dataset.filter) >= 0));
      chip.querySelector("b").textContent = String(count);
      chip.disabled = !count && wanted.state.indexOf(chip.dataset.filter) < 0;
    });
    box.district.tell(names(function (v) { return v.district; }, function (v) { return v.district; }), facets.counts("district"), wanted.district);
    box.township.tell(names(townshipOf, function (v) {
      var name = v.township || app.data.ui.no_township;
      return wanted.district.length ? name : v.district + " · " + name;
    }).filter(function (pair) {
      return !wanted.district.length || JSON.parse(pair[0])[0] === wanted.district[0];
    }), facets.counts("township"), wanted.township);
    box.words.value = words;
  }

  // The map keeps what the list keeps, and says so.
  function redrawMap(found) {
    var isSet = facets.isSet() || words.trim() !== "";
    if (isSet || wasSet) {
      var kept = new Set(found.map(function (village) { return village.id; }));
      app.keepOnMap("v", function (id) { return kept.has(id); });
      options.villages.forEach(function (village) {
        if (village.label) {
          app.keepLabel(village.label, kept.has(village.id));
        }
      });
      app.labels.place();
    }
    wasSet = isSet;
    var said = app.data.ui.filtered_villages.replace("{count}", found.length).replace("{total}", options.villages.length);
    app.tellFilter("villages", isSet ? said : "", clear);
  }

  function redraw() {
    var found = chosen();
    redrawChoices();
    redrawMap(found);
    box.count.textContent = app.data.ui.matching.replace("{count}", found.length);
    box.list.textContent = "";
    box.none.hidden = found.length > 0;
    found.slice(0, shown).forEach(function (village) { box.list.appendChild(item(village)); });
    box.more.hidden = found.length <= shown;
    box.more.textContent = app.data.ui.more.replace("{count}", Math.min(STEP, found.length - shown));
  }

  function set(changes) {
    L.extend(facets.wanted, changes);
    shown = STEP;
    redraw();
  }

  function say(text) {
    words = text;
    sounds = app.sounding(words);
  }

  function clear() {
    say("");
    facets.clear();
    set({});
  }

  // ---- copy and save ------------------------------------------------------------------------

  // A cell that a spreadsheet would run as a formula gets an apostrophe in front.
  function cell(value) {
    var words = value === null || value === undefined ? "" : String(value);
    return typeof value === "string" && /^[=+\-@\t\r]/.test(words) ? "'" + words : words;
  }

  function rowsOf(columns, things) {
    var heads = columns.map(function (column) { return column[0]; });
    return [heads].concat(things.map(function (thing) {
      return columns.map(function (column) { return cell(column[1](thing)); });
    }));
  }

  // Cells with line ends or tabs would break a pasted row: they become spaces there.
  function tableText(rows) {
    return rows.map(function (row) {
      return row.map(function (said) { return said.replace(/[\t\r\n]+/g, " "); }).join("\t");
    }).join("\r\n");
  }

  function csvText(rows) {
    return "\ufeff" + rows.map(function (row) {
      return row.map(function (said) {
        return /[",\r\n]/.test(said) ? '"' + said.replace(/"/g, '""') + '"' : said;
      }).join(",");
    }).join("\r\n") + "\r\n";
  }

  // Works without a permission, which a page opened from a disk may not get.
  function copy(text) {
    var field = el("textarea", "visually-hidden", { "aria-hidden": "true", readonly: "" });
    field.value = text;
    document.body.appendChild(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }

  function save(text, name) {
    var link = el("a", "", { download: name + ".csv" });
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
    link.click();
    URL.revokeObjectURL(link.href);
  }

  // Buttons that copy or save what `list` gives at that moment, in pairs of heading and value of a
  // row; `name` is that of the file.
  app.tableButtons = function (name, columns, list) {
    var ui = app.data.ui;
    var copied = app.button("action", { "data-do": "copy" }, [ui.copy], function () {
      copy(tableText(rowsOf(columns, list())));
      copied.firstChild.textContent = ui.copied;
      window.setTimeout(function () { copied.firstChild.textContent = ui.copy; }, 2500);
    });
    return [copied, app.button("action", { "data-do": "csv" }, [ui.save_csv], function () { save(csvText(rowsOf(columns, list())), name); })];
  };

  // ---- the tab ------------------------------------------------------------------------------

  function chip(state) {
    return app.button("chip", { "aria-pressed": "false", "data-filter": state }, [
      app.badge(options, state), el("b"), el("span", "", {}, [options.states[state].label]),
    ], function () {
      var on = facets.wanted.state;
      set({ state: on.indexOf(state) >= 0 ? on.filter(function (other) { return other !== state; }) : on.concat([state]) });
    });
  }

  app.villageTab = function (given) {
    var ui = app.data.ui;
    options = given;
    say("");
    facets = app.facets(given.villages, {
      state: given.state, district: function (v) { return v.district; }, township: townshipOf,
    }, isLike);
    box = {
      chips: Object.keys(given.states).map(chip),
      district: app.facetSelect(ui.district, ui.all_districts, function (values) { set({ district: values, township: [] }); }),
      township: app.facetSelect(ui.township, ui.all_townships, function (values) { set({ township: values }); }),
      words: el("input", "finder wide", { type: "search", placeholder: ui.find_village, "aria-label": ui.find_village, autocomplete: "off" }),
      count: el("span", "found-count", { "aria-live": "polite" }),
      list: el("ul", "plain claims villages"),
      none: el("p", "none", {}, [ui.none]),
      more: app.button("action more", {}, [], function () { shown += STEP; redraw(); }),
    };
    box.words.addEventListener("input", function () {
      say(box.words.value);
      set({});
    });
    app.linkFilter("villages", {
      facets: facets, knows: facets.knows, words: function () { return words; }, say: say, draw: function () { set({}); },
    });
    redraw();
    return [
      el("div", "chips chips-" + box.chips.length, { role: "group", "aria-label": ui.state }, box.chips),
      el("div", "filters", {}, [box.district.node, box.township.node, box.words]),
      el("div", "actions", {}, [box.count].concat(app.tableButtons(ui.csv_name, given.columns, chosen))),
      box.list, box.none, box.more,
    ];
  };

  // Show the list of some states, or all, of an area, or everywhere.
  app.listVillages = function (states, district, township) {
    say("");
    set({
      state: states, district: district ? [district] : [],
      township: township === undefined ? [] : [JSON.stringify([district, township])],
    });
    app.setSheet(true);
    app.openTab("list");
    document.getElementById("page-list").scrollTop = 0;
  };

  app.redrawList = redraw;

  // ---- districts and townships, known by their villages ---------------------------------------

  // What the map shows of an area: its villages, or where the basemap has its name.
  function boxOf(villages, district, township) {
    var places = villages.map(function (v) { return v.at; }).filter(Boolean);
    var named = township === undefined ?
      app.data.labels.filter(function (label) { return label.look === "district" && label.text === district; }) :
      app.data.places.filter(function (place) { return place.name === township; });
    if (!places.length && named.length) {
      places = [named[0].at];
    }
    return places.length ? L.latLngBounds(places).extend(L.latLng(places[0]).toBounds(AREA_M)) : null;
  }

  function areaThing(area) {
    var district = area.path[0];
    var township = area.path[1];
    var count = app.data.ui.matching.replace("{count}", area.villages.length);
    return {
      kind: township === undefined ? "district" : "township", name: area.path[area.path.length - 1],
      within: township === undefined ? "" : district, note: township === undefined ? count : district + " " + count,
      open: function () {
        app.listVillages([], district, township);
        app.fit(boxOf(area.villages, district, township), true);
      },
    };
  }

  // The districts and townships that search finds among these villages.
  app.areas = function (villages) {
    var found = new Map();
    villages.forEach(function (v) {
      [[v.district], [v.district, v.township]].forEach(function (path) {
        var key = JSON.stringify(path);
        var area = found.get(key) || { path: path, villages: [] };
        area.villages.push(v);
        found.set(key, area);
      });
    });
    return Array.from(found.values()).filter(function (area) { return area.path[area.path.length - 1]; }).map(areaThing);
  };

  app.showVillage = function (id) {
    var village = app.villages[id];
    if (!village.at) {
      tellVillage(village);
      return;
    }
    app.setSheet(!app.isNarrow());
    app.fit(app.viewOf(village), false, app.popupRoom());
    app.openPopup("v", id, village.at);
  };

  function rowOf(village) {
    return Array.from(box.list.querySelectorAll("[data-village]")).filter(function (node) {
      return node.dataset.village === village.id;
    })[0];
  }

  // A village without a place has no popup on the map: its row opens instead.
  function tellVillage(village) {
    var row = rowOf(village);
    if (!row) {  // beyond what is shown, or filtered out
      app.listVillages([options.state(village)], village.district, village.township);
      shown = Math.max(STEP, chosen().indexOf(village) + 1);
      redraw();
      row = rowOf(village);
    }
    if (!row.nextElementSibling) {
      row.parentNode.appendChild(el("div", "opened", {}, [app.kinds.v.card(village.id)]));
    }
    app.openTab("list");
    app.reveal(row);
  }
})(window.SpatialPlan);
