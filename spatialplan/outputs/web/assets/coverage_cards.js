// What is told of a village, a facility and a step of a scenario, and what is drawn when selected.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var MOST_SERVED = 200;
  var el = app.el;

  function service(found) {
    if (!found) {
      return "";
    }
    var said = app.joined([app.facilities[found[0]].name, app.minutes(found[1]), app.kilometres(found[2])]);
    return said + (found[3] ? app.data.ui.margin.replace("{delta}", found[3] + " " + app.data.deltaUnit) : "");
  }

  function states(village) {
    var said = [];
    app.data.limits.forEach(function (limit, at) {
      var state = app.stateOf(village, at);
      var same = at > 0 && village.causes[at] === village.causes[at - 1];
      said.push(el("p", at === app.limit ? "by-limit current" : "by-limit", {}, [
        app.badge(app.data, state), el("b", "", {}, [limit.label]), el("span", "", {}, [app.data.states[state].label]),
        same ? null : el("span", "cause", {}, [village.causes[at]]),
      ]));
    });
    return said;
  }

  function leg(found, at, chain, told) {
    var state = app.stateNames[found.state];
    var weak = at === chain.weakest;
    return el("li", weak ? "leg weak" : "leg", {}, [
      app.badge(app.data, state),
      el("span", "sentence", {}, [
        el("b", "", {}, [found.start + " → " + found.end]),
        weak ? el("span", "tag", {}, [app.data.ui.weakest]) : null,
        el("span", "number", {}, [app.joined([
          app.minutes(found.time), app.kilometres(found.metres),
          found.limit ? app.data.ui.within.replace("{limit}", found.limit) : "",
        ])]),
        found.cause === told ? null : el("span", "number", {}, [found.cause]),
      ]),
    ]);
  }

  function chain(village) {
    var found = village.chain;
    var ui = app.data.ui;
    if (!found) {
      return null;
    }
    return el("section", "chain", {}, [
      el("h4", "", {}, [app.badge(app.data, app.stateNames[found.state]), ui.chain]),
      el("ol", "plain", {}, found.legs.map(function (part, at) { return leg(part, at, found, village.causes[app.limit]); })),
      el("p", "number", {}, [app.joined([
        found.time === null ? "" : ui.chain_whole + " " + app.joined([app.minutes(found.time), app.kilometres(found.metres)]),
        found.round === null ? "" : ui.round_trip + " " + found.round + " " + ui.hours,
        found.fits === null ? "" : found.fits ? ui.fits : ui.fits_not,
        found.match === false ? ui.parents_differ : "",
      ])]),
    ]);
  }

  function villageCard(id) {
    var v = app.villages[id];
    var ui = app.data.ui;
    var access = app.data.access.map(function (measure) {
      var value = measure.values[v.n];
      return value === null ? "" : measure.label + " " + value;
    });
    return el("article", "card", {}, [
      el("h3", "", {}, [v.name || ui.unlisted]),
      el("p", "other", {}, [app.joined([v.district, v.township, v.roster ? v.id : ui.off_roster])]),
      el("div", "", {}, states(v)),
      app.facts([
        [ui.nearest, service(v.nearest) || ui.nothing_reached], [ui.second_nearest, service(v.second)],
        ["", v.nearest && !app.path(v.nearest_path) ? ui.path_left : ""],
      ]),
      chain(v),
      app.facts([
        [ui.population, v.population], [ui.accuracy, app.accuracy(v)],
        [ui.source, v.source], [ui.origin, v.origin], [ui.accessibility_title, app.joined(access)],
      ]),
    ]);
  }

  function style(state) {
    var found = app.data.states[state];
    return { color: found.color, weight: 3.4, opacity: 0.95, dashArray: state === "uncertain" ? "7 5" : null };
  }

  function drawVillage(id) {
    var v = app.villages[id];
    app.drawAccuracy(v);
    (v.chain ? v.chain.legs.slice(1) : []).forEach(function (part) {
      var parts = app.path(part.path);
      if (parts) {
        app.drawPath(parts, app.styleOf("path:chain:line"));
      }
    });
    var nearest = v.nearest && app.path(v.nearest_path);
    if (nearest) {
      app.drawPath(nearest, style(app.stateOf(v, app.limit)));
    }
    if (v.nearest) {
      app.ring(app.facilities[v.nearest[0]], 11);
    }
    app.ring(v, 9);
    app.drawLegend(v.chain && v.chain.legs.length > 1 ? ["path:chain:line"] : []);
  }

  function served(facility) {
    return app.villageOrder.filter(function (v) { return v.nearest && v.nearest[0] === facility.n; });
  }

  app.facilityCard = function (facility) {
    var ui = app.data.ui;
    var mine = served(facility);
    var unit = facility.population === null ? ui.villages_unit : ui.people;
    var load = facility.population === null ? facility.villages : facility.population;
    return el("article", "card", {}, [
      el("h3", "", {}, [facility.name || ui.unlisted]),
      el("p", "other", {}, [app.joined([app.data.tiers[facility.tier], facility.district, facility.township])]),
      app.facts([
        [ui.used, facility.used ? ui.yes : ui.no], [ui.cause, facility.cause],
        [ui.serves, facility.villages + " " + ui.villages_unit], [ui.load, load + " " + unit],
        [ui.capacity, facility.capacity === null ? "" : facility.capacity],
        [ui.residual, facility.residual > 0 ? facility.residual : ""],
        [ui.opened, facility.opened], [ui.closed, facility.closed], [ui.origin, facility.origin],
      ]),
      mine.length ? el("details", "served", {}, [
        el("summary", "", {}, [ui.served_title + " " + mine.length]),
        el("ul", "plain", {}, mine.slice(0, MOST_SERVED).map(function (v) {
          var state = app.stateOf(v, app.limit);
          return el("li", "", {}, [app.button("feature", { "data-village": v.id }, [
            app.badge(app.data, state), v.name, el("span", "count", {}, [app.minutes(v.nearest[1])]),
          ], function () { app.showVillage(v.id); })]);
        })),
      ]) : null,
    ]);
  };

  function drawFacility(at) {
    var facility = app.facilities[at];
    served(facility).forEach(function (v) {
      var parts = app.path(v.nearest_path);
      if (parts) {
        L.polyline(parts, L.extend(style(app.stateOf(v, app.limit)), {
          weight: 1.8, renderer: app.renderer("selection"), interactive: false,
        })).addTo(app.selection);
      }
      app.ring(v, 6);
    });
    app.ring(facility, 12);
  }

  // A village is shown with the path to its nearest facility, a facility with those it serves.
  app.viewOf = function (village) {
    return L.latLngBounds([village.at].concat(village.nearest ? [].concat.apply([], app.path(village.nearest_path) || []) : []));
  };

  app.kinds.v = {
    tip: function (id) { return app.villages[id].name; },
    card: villageCard,
    draw: drawVillage,
  };
  app.kinds.w = {
    tip: function (at) { return app.facilities[at].name; },
    card: function (at) { return app.facilityCard(app.facilities[at]); },
    draw: drawFacility,
  };
  app.kinds.s = {
    tip: function (at) { return app.data.change.marks[at]; },
    card: function (at) {
      return el("article", "card", {}, [
        el("h3", "", {}, [app.data.change.marks[at]]), el("p", "other", {}, [app.data.change.title]),
      ]);
    },
    draw: function (at) { app.outline(app.shapesOf("s", at)); },
  };

  app.showFacility = function (at) {
    var facility = app.facilities[at];
    app.setSheet(!app.isNarrow());
    app.fit(L.latLngBounds([facility.at].concat(served(facility).map(function (v) { return v.at; }))), false, app.popupRoom());
    app.openPopup("w", at, facility.at);
  };
})(window.SpatialPlan);
