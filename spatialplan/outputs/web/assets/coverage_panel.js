// The panel of a coverage run: the answer, what to supply, areas, change, facilities; the villages.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var MOST = 60;
  var data;
  var el = app.el;
  var answer;

  function limitSwitch() {
    var group = el("div", "switch", { role: "radiogroup", "aria-label": data.ui.limits });
    data.limits.forEach(function (limit, at) {
      var choice = app.button("choice", { role: "radio", "aria-checked": String(at === 0), "data-limit": limit.key }, [limit.label],
        function () {
          group.querySelectorAll(".choice").forEach(function (other) {
            other.setAttribute("aria-checked", String(other === choice));
          });
          app.setLimit(at);
        });
      group.appendChild(choice);
    });
    return el("div", "limits", {}, [el("span", "count", {}, [data.ui.limits]), group]);
  }

  function heading(words, count) {
    return el("h2", "", {}, [words, count === undefined ? null : el("span", "count", {}, [String(count)])]);
  }

  // ---- the answer ---------------------------------------------------------------------------

  function chips(counts) {
    return el("div", "chips", { role: "group", "aria-label": data.ui.state }, app.stateNames.map(function (state, at) {
      var chip = app.button("chip", { "data-state": state }, [
        app.badge(data, state), el("b", "", {}, [String(counts[at])]), el("span", "", {}, [data.states[state].label]),
      ], function () { app.listVillages([state]); });
      chip.disabled = counts[at] === 0;
      return chip;
    }));
  }

  function bar(counts) {
    var whole = counts.reduce(function (sum, count) { return sum + count; }, 0);
    return el("span", "bar", { "aria-hidden": "true" }, counts.map(function (count, at) {
      var part = el("span", "part-" + app.stateNames[at]);
      part.style.width = (whole ? (100 * count) / whole : 0) + "%";
      part.style.backgroundColor = data.states[app.stateNames[at]].color;
      return part;
    }));
  }

  // ---- by area ------------------------------------------------------------------------------

  function cell(count, state, row) {
    if (!count || row[0] === "off_roster") {
      return el("td", count ? "" : "zero", {}, [String(count)]);
    }
    var township = row[0] === "township" ? row[1] : undefined;
    return el("td", "", {}, [app.button("count-link", { title: data.states[state].label }, [String(count)], function () {
      app.listVillages([state], row[2], township);
    })]);
  }

  function areaRow(row, members) {
    var counts = row.slice(4);
    var name = row[0] === "city" ? data.ui.city : row[1] || data.ui.unlisted;
    var node = el("tr", row[0], {}, []);
    var label = members.length ? app.button("fold", { "aria-expanded": "false" }, [name], function () {
      var open = label.getAttribute("aria-expanded") !== "true";
      label.setAttribute("aria-expanded", String(open));
      members.forEach(function (member) { member.hidden = !open; });
    }) : el("span", "", {}, [name]);
    node.appendChild(el("th", "", { scope: "row" }, [label, bar(counts)]));
    node.appendChild(el("td", "", {}, [String(row[3])]));
    counts.forEach(function (count, at) { node.appendChild(cell(count, app.stateNames[at], row)); });
    return node;
  }

  function areas() {
    var rows = data.areas[app.limit];
    var body = el("tbody");
    rows.forEach(function (row, at) {
      if (row[0] === "township") {
        return;
      }
      var members = [];
      for (var next = at + 1; next < rows.length && rows[next][0] === "township"; next += 1) {
        var member = areaRow(rows[next], []);
        member.hidden = true;
        members.push(member);
      }
      body.appendChild(areaRow(row, members));
      members.forEach(function (one) { body.appendChild(one); });
    });
    var heads = [el("th", "", { scope: "col" }, [data.ui.area]), el("th", "", { scope: "col" }, [data.ui.total])]
      .concat(app.stateNames.map(function (state) {
        return el("th", "", { scope: "col", title: data.states[state].label }, [
          app.badge(data, state), el("span", "visually-hidden", {}, [data.states[state].label]),
        ]);
      }));
    return [heading(data.ui.by_area), el("table", "areas", {}, [el("thead", "", {}, [el("tr", "", {}, heads)]), body])];
  }

  // ---- before and after ---------------------------------------------------------------------

  function changeItem(row) {
    var village = app.villageOrder[row[0]];
    var unit = " " + data.change.units[row[1]];
    var costs = [row[4], row[5]].map(function (cost) { return cost === null ? "—" : cost + unit; }).join(" → ");
    return el("li", "", {}, [app.button("village", { "data-village": village.id, "data-kind": row[6] }, [
      app.badge({ states: data.changes }, row[6]),
      el("span", "sentence", {}, [
        village.name,
        el("span", "number", {}, [app.joined([data.changes[row[6]].label, village.township])]),
        el("span", "number", {}, [data.states[row[2]].label + " → " + data.states[row[3]].label + " · " + costs]),
      ]),
    ], function () { app.showVillage(village.id); })]);
  }

  function change() {
    if (!data.change) {
      return [];
    }
    var order = Object.keys(data.changes);
    var rows = app.changesOf(app.limit).slice().sort(function (a, b) { return order.indexOf(a[6]) - order.indexOf(b[6]); });
    var counts = data.change.counts[app.limit];
    return [
      heading(data.ui.scenario + " · " + data.change.title), app.bullets(data.change.steps),
      app.table([data.ui.state, data.ui.before, data.ui.after], app.stateNames.map(function (state, at) {
        return [data.states[state].label, String(counts[at][0]), String(counts[at][1])];
      })),
      el("h3", "", {}, [data.ui.change_title + " " + rows.length]),
      rows.length ? el("ul", "plain claims changes", {}, rows.slice(0, MOST).map(changeItem)) : el("p", "none", {}, [data.ui.other_limit]),
    ];
  }

  // ---- facilities and claims ----------------------------------------------------------------

  function facilityItem(facility) {
    var badge = facility.residual > 0 ? el("span", "tag", {}, [data.ui.overloaded + " " + facility.residual]) : null;
    var said = [
      facility.name || data.ui.unlisted,
      el("span", "number", {}, [app.joined([data.tiers[facility.tier], facility.district, facility.township])]),
      el("span", "number", {}, [facility.used ? data.ui.serves + " " + facility.villages + " " + data.ui.villages_unit : facility.cause]), badge,
    ];
    var more = { "data-facility": facility.id };
    if (!facility.at) {
      return el("li", "", {}, [el("div", "village", L.extend(more, { tabindex: "-1" }), [el("span", "sentence", {}, said)])]);
    }
    return el("li", "", {}, [app.button("village", more, [el("span", "sentence", {}, said)], function () { app.showFacility(facility.n); })]);
  }

  function facilities() {
    var unused = app.facilities.filter(function (f) { return !f.used; });
    var used = app.facilities.filter(function (f) { return f.used; }).sort(function (a, b) {
      return Number(b.residual > 0) - Number(a.residual > 0) || b.villages - a.villages;
    });
    return [[data.ui.unused, unused], [data.ui.facilities_title, used]].filter(function (part) { return part[1].length; })
      .map(function (part, at) {
        var list = el("ul", "plain claims");
        var box = el("details", "section", {}, [el("summary", "", {}, [part[0] + " " + part[1].length]), list]);
        box.fill = function () {
          if (!list.firstChild) {
            part[1].forEach(function (facility) { list.appendChild(facilityItem(facility)); });
          }
        };
        box.addEventListener("toggle", box.fill);
        box.open = at === 0 && unused.length > 0 && unused.length <= 5;
        return box;
      });
  }

  function claims() {
    if (!data.claims.length) {
      return [];
    }
    return [heading(data.ui.claims_title), el("ul", "plain claims", {}, data.claims.map(function (claim, at) {
      return el("li", "village", { "data-claim": at, tabindex: "-1" }, [
        app.badge({ states: { it: claim } }, "it"),
        el("span", "sentence", {}, [
          claim.sentence, el("span", "number", {}, [app.joined([claim.label, data.ui.measured + " " + claim.measured, data.ui.threshold + " " + claim.threshold])]),
          el("span", "number", {}, [claim.cause]), el("span", "number", {}, [claim.change]),
        ]),
      ]);
    }))];
  }

  // ---- tabs ---------------------------------------------------------------------------------

  function answerTab() {
    var rows = data.areas[app.limit];
    var counts = rows[rows.length - 1].slice(4);
    var parts = [el("p", "lead answer-first", {}, [data.answers.limits[app.limit]]), chips(counts), bar(counts)];
    data.answers.chain.concat(data.answers.change.slice(app.limit, app.limit + 1)).forEach(function (words) {
      parts.push(el("p", "lead", {}, [words]));
    });
    if (data.requests.length) {
      parts.push(heading(data.ui.to_supply), app.bullets(data.requests));
    }
    return parts.concat(areas(), change(), claims(), facilities());
  }

  function table() {
    var ui = data.ui;
    function number(at, key) {
      return function (v) { return v[key] ? v[key][at] : null; };
    }
    return [
      [ui.code, function (v) { return v.roster ? v.id : ""; }], [ui.list_tab, function (v) { return v.name; }],
      [ui.township, function (v) { return v.township; }], [ui.district, function (v) { return v.district; }],
      [ui.limits, function () { return data.limits[app.limit].label; }],
      [ui.state, function (v) { return data.states[app.stateOf(v, app.limit)].label; }],
      [ui.cause, function (v) { return v.causes[app.limit]; }],
      [ui.nearest, function (v) { return v.nearest ? app.facilities[v.nearest[0]].name : ""; }],
      [ui.nearest + " " + ui.minutes, number(1, "nearest")],
      [ui.nearest + " " + ui.kilometres, function (v) { return v.nearest ? v.nearest[2] / 1000 : null; }],
      ["lon", function (v) { return v.at && v.at[1]; }], ["lat", function (v) { return v.at && v.at[0]; }],
      [ui.origin, function (v) { return v.origin; }],
    ];
  }

  function listTab() {
    return app.villageTab({
      villages: app.villageOrder,
      states: data.states,
      state: function (v) { return app.stateOf(v, app.limit); },
      cause: function (v) { return v.causes[app.limit]; },
      order: ["not_covered", "uncertain", "unroutable", "no_data", "covered"],
      columns: table(),
    });
  }

  // ---- what search finds --------------------------------------------------------------------

  function findVillage(v) {
    return {
      kind: "village", name: v.name || data.ui.unlisted, keys: [v.id], within: v.district + v.township, note: app.joined([v.district, v.township]),
      mark: function () { return app.badge(data, app.stateOf(v, app.limit)); }, open: function () { app.showVillage(v.id); },
    };
  }

  // A facility without a place is told in its row of the answer.
  function openFacility(facility) {
    if (facility.at) {
      app.showFacility(facility.n);
      return;
    }
    app.openTab("answer");
    answer.querySelectorAll("details.section").forEach(function (box) {
      box.fill();
      box.open = true;
    });
    app.reveal(Array.from(answer.querySelectorAll("[data-facility]")).filter(function (row) {
      return row.dataset.facility === facility.id;
    })[0]);
  }

  function things() {
    return app.areas(app.villageOrder).concat(app.villageOrder.map(findVillage), app.facilities.map(function (facility) {
      return {
        kind: "facility", name: facility.name || data.ui.unlisted, within: facility.district + facility.township,
        note: app.joined([data.tiers[facility.tier], facility.township]), open: function () { openFacility(facility); },
      };
    }), data.claims.map(function (claim, at) {
      return {
        kind: "claim", name: claim.sentence, note: claim.label, mark: function () { return app.badge({ states: { it: claim } }, "it"); },
        open: function () {
          app.openTab("answer");
          app.reveal(answer.querySelector("[data-claim='" + at + "']"));
        },
      };
    }));
  }

  app.redrawPanel = function () {
    answer.textContent = "";
    answerTab().forEach(function (part) { answer.appendChild(part); });
    app.redrawList();
  };

  app.page = {
    prepare: app.prepareCoverage,
    things: things,
    top: function () { return data.limits.length > 1 ? [limitSwitch()] : []; },
    tabs: function (pageData) {
      data = pageData;
      return [
        ["answer", data.ui.answer_tab, function () { answer = el("div", "", {}, answerTab()); return [answer]; }],
        ["list", data.ui.list_tab, listTab],
        ["layers", data.ui.layers, function () { return app.layerTree(); }],
        ["about", data.ui.about, function () { return app.about([[data.ui.notes, data.notes]]); }],
      ];
    },
  };
})(window.SpatialPlan);
