// The list of villages: by state, district and words, each with its cause, to copy and to save.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var STEP = 100;
  var el = app.el;
  var options;  // villages, order of states, state(v), cause(v), first states shown, columns of the table
  var wanted;
  var shown = STEP;
  var box;

  function matches(village) {
    var words = wanted.words.trim().toLowerCase();
    return (!wanted.district || village.district === wanted.district) &&
      (wanted.township === null || village.township === wanted.township) &&
      (!words || (village.name + village.township + village.id).toLowerCase().indexOf(words) >= 0);
  }

  function chosen() {
    return options.villages.filter(function (village) {
      return wanted.states.indexOf(options.state(village)) >= 0 && matches(village);
    });
  }

  function item(village) {
    var said = [village.district + " " + (village.township || app.data.ui.no_township), options.cause(village)];
    var more = { "data-village": village.id, title: village.at ? app.data.ui.show_on_map : app.data.ui.not_placed };
    return el("li", "", {}, [
      app.button("village", more, [
        app.badge(app.data, options.state(village)),
        el("span", "visually-hidden", {}, [app.data.states[options.state(village)].label]),
        el("span", "sentence", {}, [
          village.name || app.data.ui.unlisted, el("span", "number", {}, [said[0]]), el("span", "number", {}, [said[1]]),
        ]),
      ], function () { app.showVillage(village.id); }),
    ]);
  }

  function redraw() {
    var found = chosen();
    box.chips.forEach(function (chip) {
      var state = chip.dataset.filter;
      var count = options.villages.filter(function (v) { return options.state(v) === state && matches(v); }).length;
      chip.setAttribute("aria-pressed", String(wanted.states.indexOf(state) >= 0));
      chip.querySelector("b").textContent = String(count);
    });
    box.district.value = wanted.district;
    box.words.value = wanted.words;
    box.township.textContent = "";
    box.township.hidden = wanted.township === null;
    if (wanted.township !== null) {
      box.township.appendChild(app.text((wanted.township || app.data.ui.no_township) + " ✕"));
    }
    box.count.textContent = app.data.ui.matching.replace("{count}", found.length);
    box.list.textContent = "";
    found.slice(0, shown).forEach(function (village) { box.list.appendChild(item(village)); });
    box.more.hidden = found.length <= shown;
    box.more.textContent = app.data.ui.more.replace("{count}", Math.min(STEP, found.length - shown));
  }

  function set(changes) {
    L.extend(wanted, changes);
    shown = STEP;
    redraw();
  }

  // ---- copy and save ------------------------------------------------------------------------

  // A cell that a spreadsheet would run as a formula gets an apostrophe in front.
  function cell(value) {
    var words = value === null || value === undefined ? "" : String(value);
    return typeof value === "string" && /^[=+\-@\t\r]/.test(words) ? "'" + words : words;
  }

  function rows() {
    var heads = options.columns.map(function (column) { return column[0]; });
    return [heads].concat(chosen().map(function (village) {
      return options.columns.map(function (column) { return cell(column[1](village)); });
    }));
  }

  // Cells with line ends or tabs would break a pasted row: they become spaces there.
  app.tableText = function () {
    return rows().map(function (row) {
      return row.map(function (words) { return words.replace(/[\t\r\n]+/g, " "); }).join("\t");
    }).join("\r\n");
  };

  app.csvText = function () {
    return "\ufeff" + rows().map(function (row) {
      return row.map(function (words) {
        return /[",\r\n]/.test(words) ? '"' + words.replace(/"/g, '""') + '"' : words;
      }).join(",");
    }).join("\r\n") + "\r\n";
  };

  // Works without a permission, which a page opened from a disk may not get.
  function copy(text) {
    var field = el("textarea", "visually-hidden", { "aria-hidden": "true", readonly: "" });
    field.value = text;
    document.body.appendChild(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }

  function save(text) {
    var link = el("a", "", { download: app.data.ui.csv_name + ".csv" });
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    link.click();
    URL.revokeObjectURL(link.href);
  }

  // ---- the tab ------------------------------------------------------------------------------

  function chip(state) {
    return app.button("chip", { "aria-pressed": "false", "data-filter": state }, [
      app.badge(app.data, state), el("b"), el("span", "", {}, [app.data.states[state].label]),
    ], function () {
      var on = wanted.states.indexOf(state) >= 0;
      set({ states: on ? wanted.states.filter(function (other) { return other !== state; }) : wanted.states.concat([state]) });
    });
  }

  function districts() {
    var names = [];
    options.villages.forEach(function (village) {
      if (names.indexOf(village.district) < 0) {
        names.push(village.district);
      }
    });
    var field = el("select", "finder", { "aria-label": app.data.ui.district });
    [["", app.data.ui.all_districts]].concat(names.filter(Boolean).map(function (name) { return [name, name]; }))
      .forEach(function (pair) {
        var choice = el("option", "", { value: pair[0] });
        choice.textContent = pair[1];
        field.appendChild(choice);
      });
    field.addEventListener("change", function () { set({ district: field.value, township: null }); });
    return field;
  }

  app.villageTab = function (given) {
    var ui = app.data.ui;
    options = given;
    wanted = { district: "", township: null, words: "", states: given.first };
    box = {
      chips: given.states.map(chip),
      district: districts(),
      words: el("input", "finder", { type: "search", placeholder: ui.find_village, "aria-label": ui.find_village, autocomplete: "off" }),
      township: app.button("tag", { hidden: "" }, [], function () { set({ township: null }); }),
      count: el("span", "found-count", { "aria-live": "polite" }),
      list: el("ul", "plain claims villages"),
      more: app.button("action more", {}, [], function () { shown += STEP; redraw(); }),
    };
    box.words.addEventListener("input", function () { set({ words: box.words.value }); });
    var copied = app.button("action", { "data-do": "copy" }, [ui.copy], function () {
      copy(app.tableText());
      copied.firstChild.textContent = ui.copied;
      window.setTimeout(function () { copied.firstChild.textContent = ui.copy; }, 2500);
    });
    var saved = app.button("action", { "data-do": "csv" }, [ui.save_csv], function () { save(app.csvText()); });
    redraw();
    return [
      el("div", "chips chips-" + given.states.length, { role: "group", "aria-label": ui.state }, box.chips),
      el("div", "filters", {}, [box.district, box.words]), box.township,
      el("div", "actions", {}, [box.count, copied, saved]),
      box.list, box.more,
    ];
  };

  // Show the list of some states of an area; a township of null means all of them.
  app.listVillages = function (states, district, township) {
    set({ states: states, district: district || "", township: township === undefined ? null : township, words: "" });
    app.openTab("list");
    document.getElementById("page-list").scrollTop = 0;
  };

  app.redrawList = redraw;

  app.showVillage = function (id) {
    var village = app.villages[id];
    if (!village.at) {
      app.tellVillage(id);
      return;
    }
    app.setSheet(!app.isNarrow());
    app.fit(app.viewOf(village), false, app.popupRoom());
    app.openPopup("v", id, village.at);
  };

  // A village without a place has no popup on the map: its row opens instead.
  app.tellVillage = function (id) {
    var row = Array.from(box.list.querySelectorAll("[data-village]")).filter(function (node) {
      return node.dataset.village === id;
    })[0];
    var open = row && row.parentNode.querySelector(".opened");
    if (open) {
      open.remove();
    } else if (row) {
      row.parentNode.appendChild(el("div", "opened", {}, [app.kinds.v.card(id)]));
      row.parentNode.scrollIntoView({ block: "nearest" });
    }
  };
})(window.SpatialPlan);
