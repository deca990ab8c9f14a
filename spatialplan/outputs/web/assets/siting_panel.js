// The page of a siting run: what the proposal adds, who cannot be served, sites, villages.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var SVG = "http://www.w3.org/2000/svg";
  var VILLAGE_ZOOM = 12.5;
  var ROWS = 40;
  var data;
  var sites;
  var el = app.el;

  // ---- layers -------------------------------------------------------------------------------

  function name(thing, owner, rank, zoom, look) {
    thing.label = { text: thing.name, at: thing.at, owner: owner, look: look, rank: rank, min: zoom, gap: 9 };
    data.labels.push(thing.label);
  }

  function fillPoints(id, key, things, pane, style, rank, zoom) {
    var drawn = things.filter(function (thing) { return thing.at; });
    if (!app.layers[id]) {
      return;
    }
    app.fill(id, drawn.map(function (thing) { return app.symbolFor(key, thing, pane, style); }));
    drawn.forEach(function (thing) { name(thing, id, rank, zoom, rank > 20 ? "feature" : "minor"); });
    var item = app.treeItem(id);
    item.count = drawn.length === things.length ? String(things.length) : drawn.length + "/" + things.length;
  }

  function link(row, style) {
    var parts = app.path(row[2]);
    return parts ? [L.polyline(parts, L.extend({ renderer: app.renderer("lines"), interactive: false }, style))] : [];
  }

  function prepare(pageData) {
    data = pageData;
    app.villageOrder = app.things(data.villages, ["township", "district", "source", "origin", "cause"]);
    app.villages = app.byId(app.villageOrder);
    sites = app.byId(data.sites);
    Object.keys(data.states).forEach(function (state) {
      var mine = app.villageOrder.filter(function (v) { return v.state === state; });
      fillPoints("villages-" + state, "v", mine, "villages", app.styleOf("siting:" + state), 10, VILLAGE_ZOOM);
    });
    fillPoints("existing", "e", data.existing, "points", app.styleOf("siting:existing"), 30, 10.5);
    fillPoints("sites", "w", data.sites, "points", app.styleOf("siting:proposed"), 60, 8);
    if (app.layers.links) {
      app.fill("links", [].concat.apply([], data.links.map(function (row) { return link(row, app.styleOf("siting:link:line")); })));
      app.treeItem("links").count = String(data.links.length);
    }
  }

  // ---- cards --------------------------------------------------------------------------------

  function cause(village) {
    if (village.site) {
      return data.ui.served_by + " " + sites[village.site].name;
    }
    return village.cause || data.states[village.state].label;
  }

  function villageCard(id) {
    var v = app.villages[id];
    var ui = data.ui;
    return el("article", "card", {}, [
      el("h3", "", {}, [app.badge(data, v.state), v.name || ui.unlisted]),
      el("p", "other", {}, [app.joined([v.district, v.township, v.roster ? v.id : ui.off_roster])]),
      app.facts([
        [ui.status, data.states[v.state].label], [ui.served_by, v.site ? sites[v.site].name : ""], [ui.cause, v.cause],
        [ui.population, v.population], [ui.accuracy, app.accuracy(v)], [ui.source, v.source], [ui.origin, v.origin],
      ]),
    ]);
  }

  function adds(site) {
    return site.adds ? data.ui.adds.replace("{count}", site.adds) : data.ui.adds_none;
  }

  function siteCard(id) {
    var site = sites[id];
    return el("article", "card", {}, [
      el("h3", "", {}, [site.name || data.ui.unlisted]),
      el("p", "other", {}, [app.joined([site.district, site.township, adds(site)])]),
      app.facts([[data.ui.rank, site.rank], [data.ui.accuracy, app.accuracy(site)]]),
      el("details", "served", { open: "" }, [
        el("summary", "", {}, [data.ui.serves_count.replace("{count}", site.serves.length)]),
        el("ul", "plain", {}, site.serves.map(function (number) {
          var v = app.villageOrder[number];
          return el("li", "", {}, [app.button("feature", { "data-village": v.id }, [app.badge(data, v.state), v.name],
            function () { app.showVillage(v.id); })]);
        })),
      ]),
    ]);
  }

  function drawLinks(keep) {
    data.links.filter(keep).forEach(function (row) {
      var parts = app.path(row[2]);
      if (parts) {
        app.drawPath(parts, L.extend({}, app.styleOf("siting:link:line"), { weight: 3 }));
      }
    });
  }

  app.kinds.v = {
    tip: function (id) { return app.villages[id].name; },
    card: villageCard,
    draw: function (id) {
      var v = app.villages[id];
      app.drawAccuracy(v);
      drawLinks(function (row) { return app.villageOrder[row[0]] === v; });
      app.ring(v, 9);
    },
  };
  app.kinds.w = {
    tip: function (id) { return sites[id].name; },
    card: siteCard,
    draw: function (id) {
      drawLinks(function (row) { return row[1] === id; });
      sites[id].serves.forEach(function (number) { app.ring(app.villageOrder[number], 6); });
      app.ring(sites[id], 13);
    },
  };
  app.kinds.e = {
    tip: function (id) { return existing(id).name; },
    card: function (id) {
      var found = existing(id);
      return el("article", "card", {}, [
        el("h3", "", {}, [found.name]), el("p", "other", {}, [app.joined([found.district, found.township, found.origin])]),
      ]);
    },
    draw: function (id) { app.ring(existing(id), 11); },
  };

  function existing(id) {
    return data.existing.filter(function (facility) { return facility.id === id; })[0];
  }

  app.viewOf = function (village) {
    return L.latLngBounds([village.at].concat(village.site ? [sites[village.site].at] : []));
  };

  function showSite(site) {
    var places = site.serves.map(function (number) { return app.villageOrder[number].at; });
    app.setSheet(!app.isNarrow());
    app.fit(L.latLngBounds([site.at].concat(places.filter(Boolean))), false, app.popupRoom());
    app.openPopup("w", site.id, site.at);
  }

  // ---- the panel ----------------------------------------------------------------------------

  function heading(words, count) {
    return el("h2", "", {}, [words, el("span", "count", {}, [String(count)])]);
  }

  function chips() {
    var states = Object.keys(data.states);
    return el("div", "chips chips-4", { role: "group", "aria-label": data.ui.state }, states.map(function (state) {
      var count = app.villageOrder.filter(function (v) { return v.state === state; }).length;
      var chip = app.button("chip", { "data-state": state }, [
        app.badge(data, state), el("b", "", {}, [count]), el("span", "", {}, [data.states[state].label]),
      ], function () { app.listVillages([state]); });
      chip.disabled = count === 0;
      return chip;
    }));
  }

  function unservable() {
    var list = data.unservable.slice(0, ROWS).map(function (row) {
      var v = app.villageOrder[row[0]];
      var said = [app.badge(data, v.state), el("span", "sentence", {}, [
        v.name || data.ui.unlisted, el("span", "number", {}, [app.joined([v.district, v.township])]), el("span", "number", {}, [row[1]]),
      ])];
      return el("li", "", {}, [v.at
        ? app.button("village", { "data-village": v.id }, said, function () { app.showVillage(v.id); })
        : el("div", "village", { "data-village": v.id }, said)]);
    });
    return [
      heading(data.ui.unservable_title, data.unservable.length),
      list.length ? el("ul", "plain claims", {}, list) : el("p", "none", {}, [data.ui.unservable_none]),
      data.unservable.length > ROWS ? app.button("action more", {}, [data.ui.matching.replace("{count}", data.unservable.length)],
        function () { app.listVillages(["unservable"]); }) : null,
    ].filter(Boolean);
  }

  function siteList() {
    return [heading(data.ui.sites_title, data.sites.length), el("ul", "plain claims sites", {}, data.sites.map(function (site) {
      return el("li", "", {}, [app.button("village", { "data-site": site.id }, [
        el("span", "site-rank", {}, [site.rank]),
        el("span", "sentence", {}, [
          site.name || data.ui.unlisted, el("span", "number", {}, [app.joined([site.district, site.township])]),
          el("span", "number", {}, [app.joined([adds(site), data.ui.serves_count.replace("{count}", site.serves.length)])]),
        ]),
      ], function () { showSite(site); })]);
    }))];
  }

  function share(value) {
    return value === null ? "—" : (100 * value).toFixed(1).replace(/\.0$/, "") + "%";
  }

  function mark(parent, tag, more, words) {
    var node = document.createElementNS(SVG, tag);
    Object.keys(more).forEach(function (key) { node.setAttribute(key, more[key]); });
    if (words) {
      node.textContent = words;
    }
    parent.appendChild(node);
  }

  // Coverage by number of new sites, as a curve from nothing to all.
  function curve(rows) {
    var most = rows[rows.length - 1][0] || 1;
    var svg = document.createElementNS(SVG, "svg");
    function x(value) { return 34 + (280 * value) / most; }
    function y(value) { return 112 - 96 * value; }
    svg.setAttribute("viewBox", "0 0 332 140");
    svg.setAttribute("class", "curve");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", data.ui.trade_off);
    [0, 0.5, 1].forEach(function (value) {
      mark(svg, "line", { x1: 34, x2: 314, y1: y(value), y2: y(value), stroke: "#dcd6c9" });
      mark(svg, "text", { x: 30, y: y(value) + 4, "text-anchor": "end" }, share(value));
    });
    mark(svg, "polyline", {
      points: rows.map(function (row) { return x(row[0]) + "," + y(row[3] || 0); }).join(" "),
      fill: "none", stroke: "#b5477f", "stroke-width": 2,
    });
    if (rows.length <= 30) {
      rows.forEach(function (row) { mark(svg, "circle", { cx: x(row[0]), cy: y(row[3] || 0), r: 3, fill: "#b5477f" }); });
    }
    mark(svg, "text", { x: 34, y: 130, "text-anchor": "middle" }, String(rows[0][0]));
    mark(svg, "text", { x: 314, y: 130, "text-anchor": "middle" }, String(most));
    mark(svg, "text", { x: 174, y: 130, "text-anchor": "middle" }, data.ui.new_sites);
    return svg;
  }

  function tradeOff() {
    var rows = data.tradeOff;
    if (!rows.length) {
      return [];
    }
    return [heading(data.ui.trade_off, rows.length), curve(rows), app.table(
      [data.ui.new_sites, data.ui.covered_villages, data.ui.share, data.ui.gap],
      rows.map(function (row) { return [row[0], row[1], share(row[3]), row[4] === null ? "—" : row[4] ? share(row[4]) : data.ui.proved]; })
    )];
  }

  function answerTab() {
    return [el("p", "lead answer-first", {}, [data.answer]), chips()].concat(unservable(), siteList(), tradeOff());
  }

  function listTab() {
    var ui = data.ui;
    return app.villageTab({
      villages: app.villageOrder,
      states: data.states,
      state: function (v) { return v.state; },
      cause: cause,
      order: ["unservable", "left", "newly", "before"],
      columns: [
        [ui.code, function (v) { return v.roster ? v.id : ""; }], [ui.list_tab, function (v) { return v.name; }],
        [ui.township, function (v) { return v.township; }], [ui.district, function (v) { return v.district; }],
        [ui.state, function (v) { return data.states[v.state].label; }],
        [ui.served_by, function (v) { return v.site ? sites[v.site].name : ""; }], [ui.cause, function (v) { return v.cause; }],
        ["lon", function (v) { return v.at && v.at[1]; }], ["lat", function (v) { return v.at && v.at[0]; }],
        [ui.origin, function (v) { return v.origin; }],
      ],
    });
  }

  function find(kind, thing, note, mark, open) {
    return {
      kind: kind, name: thing.name || data.ui.unlisted, keys: kind === "village" ? [thing.id] : [],
      within: thing.district + thing.township, note: note, mark: mark, open: open,
    };
  }

  function things() {
    return app.areas(app.villageOrder).concat(app.villageOrder.map(function (v) {
      return find("village", v, app.joined([v.district, v.township]), function () { return app.badge(data, v.state); },
        function () { app.showVillage(v.id); });
    }), data.sites.map(function (site) {
      return find("site", site, adds(site), function () { return el("span", "site-rank", {}, [site.rank]); }, function () { showSite(site); });
    }), data.existing.filter(function (facility) { return facility.at; }).map(function (facility) {
      return find("facility", facility, app.joined([facility.district, facility.township]), null, function () {
        app.setSheet(!app.isNarrow());
        app.fit([facility.at, facility.at], false, app.popupRoom());
        app.openPopup("e", facility.id, facility.at);
      });
    }));
  }

  app.page = {
    prepare: prepare,
    things: things,
    tabs: function () {
      return [
        ["answer", data.ui.answer_tab, answerTab],
        ["list", data.ui.list_tab, listTab],
        ["layers", data.ui.layers, function () { return app.layerTree(); }],
        ["about", data.ui.about, function () { return app.about([[data.ui.notes, data.notes]]); }],
      ];
    },
  };
})(window.SpatialPlan);
