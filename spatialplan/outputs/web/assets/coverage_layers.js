// The layers that the page draws itself: villages by state, facilities, paths, classes, changes.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var VILLAGE_ZOOM = 13;
  var FACILITY_ZOOM = { point: 13, station: 10.5, hub: 6.5 };
  var FACILITY_RANK = { point: 12, station: 45, hub: 80 };
  // doubtful villages lie over the covered
  var ORDER = ["covered", "no_data", "unroutable", "uncertain", "not_covered"];
  var data;

  app.stateOf = function (village, limit) {
    return app.stateNames[Number(data.villages.states[limit][village.n])];
  };

  function readVillages() {
    var limits = data.limits.map(function (_, at) { return at; });
    var plain = L.extend({}, data.villages);
    delete plain.states;
    delete plain.causes;
    app.villageOrder = app.things(plain, ["township", "district", "source", "origin"]);
    app.villageOrder.forEach(function (village, at) {
      village.n = at;
      village.causes = limits.map(function (limit) { return data.words[data.villages.causes[limit][at]]; });
      village.chain = village.chain && readChain(village.chain);
    });
    app.villages = app.byId(app.villageOrder);
  }

  function readChain(row) {
    return {
      state: row[0], weakest: row[1], cause: data.words[row[2]], match: row[3], time: row[4],
      metres: row[5], round: row[6], fits: row[7],
      legs: row[8].map(function (number) {
        var leg = data.legs[number];
        return {
          start: data.words[leg[0]], end: data.words[leg[1]], tier: leg[2], time: leg[3], metres: leg[4],
          limit: data.words[leg[5]], state: leg[6], cause: data.words[leg[7]], path: leg[8],
        };
      }),
    };
  }

  function name(thing, owner, look, rank, zoom, gap) {
    var label = { text: thing.name, at: thing.at, owner: owner, look: look, rank: rank, min: zoom, gap: gap };
    data.labels.push(label);
    return label;
  }

  function makeVillages() {
    app.villageOrder.filter(function (v) { return v.at; }).forEach(function (v) {
      v.symbol = app.symbolFor("v", v, "villages", app.styleOf("village:" + app.stateOf(v, 0)));
      v.label = name(v, "", "minor", 10, VILLAGE_ZOOM, 7);
    });
  }

  function makeFacilities() {
    app.facilities = app.things(data.facilities, ["township", "district", "cause", "origin"]);
    var byTier = {};
    app.facilities.forEach(function (facility, at) {
      facility.n = at;
      if (!facility.at) {
        return;
      }
      var style = app.styleOf("tier:" + facility.tier);
      var hollow = { fillColor: "#fff", color: style.fillColor, weight: 1.6 };
      var symbol = app.symbolFor("w", L.extend({}, facility, { id: at }), "points", facility.used ? style : L.extend({}, style, hollow));
      byTier[facility.tier] = (byTier[facility.tier] || []).concat([symbol]);
      name(facility, "facilities-" + facility.tier, "feature", FACILITY_RANK[facility.tier], FACILITY_ZOOM[facility.tier], style.radius + 3);
    });
    Object.keys(byTier).forEach(function (tier) {
      var mine = app.facilities.filter(function (f) { return f.tier === tier; });
      var item = app.treeItem("facilities-" + tier);
      app.fill(item.id, byTier[tier]);
      item.count = count(byTier[tier].length, mine.length);
      if (mine.every(function (f) { return f.used || !f.at; })) {
        item.legend = item.legend.filter(function (id) { return id !== "unused"; });
      }
    });
  }

  function makeAccess() {
    data.access.forEach(function (measure) {
      var shapes = app.villageOrder.filter(function (v) { return v.at && measure.classes[v.n] >= 0; })
        .map(function (v) {
          return app.symbolFor("v", v, "issues", app.styleOf("class:" + measure.id + ":" + measure.classes[v.n]));
        });
      if (shapes.length) {
        app.fill("accessibility-" + measure.id, shapes);
        app.treeItem("accessibility-" + measure.id).count = String(shapes.length);
      }
    });
  }

  // Thousands of paths are drawn when they are wanted.
  function makePaths() {
    if (!app.layers.paths) {
      return;
    }
    app.layers.paths.on("add", fillPaths);
    app.map.on("filterchange", refillPaths);
    app.treeItem("paths").count = String(app.villageOrder.filter(function (v) { return app.path(v.nearest_path); }).length);
  }

  function fillPaths() {
    var shapes = [];
    app.villageOrder.forEach(function (v) {
      var parts = app.path(v.nearest_path);
      var state = app.stateOf(v, app.limit);
      if (parts && app.isKept("v", v.id)) {
        shapes.push(L.polyline(parts, {
          renderer: app.renderer("lines"), interactive: false, color: data.states[state].color, weight: 1.4,
          opacity: 0.6, dashArray: state === "uncertain" ? "4 4" : null,
        }));
      }
    });
    app.fill("paths", shapes);
  }

  function refillPaths() {
    if (app.layers.paths && app.map.hasLayer(app.layers.paths)) {
      fillPaths();
    }
  }

  function count(drawn, there) {
    return drawn === there ? String(there) : drawn + "/" + there;
  }

  function tell(item, words) {
    item.count = words;
    var node = document.querySelector("[data-count='" + item.id + "']");
    if (node) {
      node.textContent = words;
    }
  }

  function showVillages() {
    ORDER.forEach(function (state) {
      var mine = app.villageOrder.filter(function (v) { return app.stateOf(v, app.limit) === state; });
      var item = app.treeItem("villages-" + state);
      var drawn = mine.filter(function (v) { return v.at; });
      if (!item) {
        return;
      }
      drawn.forEach(function (v) {
        var style = L.extend({}, app.styleOf("village:" + state));
        delete style.radius;  // set by the zoom
        v.symbol.setStyle(style);
        v.label.owner = item.id;
      });
      app.fill(item.id, drawn.map(function (v) { return v.symbol; }));
      item.legend = drawn.length ? ["village:" + state] : [];
      tell(item, count(drawn.length, mine.length));
    });
  }

  app.changesOf = function (limit) {
    return data.change ? data.change.rows.filter(function (row) { return row[1] === limit; }) : [];
  };

  function showChanges() {
    data.tree.filter(function (item) { return item.id.indexOf("changes-") === 0; }).forEach(function (item) {
      var kind = item.id.slice("changes-".length);
      var shapes = app.changesOf(app.limit).filter(function (row) {
        return row[6] === kind && app.villageOrder[row[0]].at;
      }).map(function (row) {
        return app.symbolFor("v", app.villageOrder[row[0]], "changes", app.styleOf("change:" + kind));
      });
      app.fill(item.id, shapes);
      item.legend = shapes.length ? ["change:" + kind] : [];
      tell(item, String(shapes.length));
    });
  }

  app.prepareCoverage = function (pageData) {
    data = pageData;
    app.stateNames = Object.keys(data.states);
    app.limit = 0;
    readVillages();
    makeVillages();
    makeFacilities();
    makeAccess();
    makePaths();
    showVillages();
    showChanges();
  };

  // Recolour everything for another limit.
  app.setLimit = function (limit) {
    app.limit = limit;
    app.clear();
    showVillages();
    showChanges();
    refillPaths();
    app.rescale();
    app.map.fire("limitchange");
    app.drawLegend([]);
    app.labels.place();
    app.redrawPanel();
  };
})(window.SpatialPlan);
