// What the page was told in columns becomes things again: villages, facilities, paths.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var DEGREE = 1e5;

  // Turn columns into a list of things; columns in `worded` hold numbers of sentences.
  app.things = function (columns, worded) {
    var names = Object.keys(columns);
    return columns.id.map(function (id, at) {
      var thing = { at: null };
      names.forEach(function (name) {
        var value = columns[name][at];
        thing[name] = worded.indexOf(name) >= 0 ? app.data.words[value] : value;
      });
      return thing;
    });
  };

  app.byId = function (things) {
    var found = Object.create(null);
    things.forEach(function (thing) { found[thing.id] = thing; });
    return found;
  };

  // The parts of a path as latitudes and longitudes; null where the page holds no such path.
  app.path = function (number) {
    var parts = number === null || number === undefined ? null : app.data.paths[number];
    return parts && parts.map(function (deltas) {
      var points = [];
      var lon = 0;
      var lat = 0;
      for (var i = 0; i < deltas.length; i += 2) {
        lon += deltas[i];
        lat += deltas[i + 1];
        points.push([lat / DEGREE, lon / DEGREE]);
      }
      return points;
    });
  };

  app.styleOf = function (id) {
    return app.data.legend.filter(function (entry) { return entry.id === id; })[0].style;
  };

  app.treeItem = function (id) {
    return app.data.tree.filter(function (item) { return item.id === id; })[0];
  };

  // A symbol on the map that stands for a thing.
  app.symbolFor = function (key, thing, pane, style) {
    var symbol = new app.Symbol(thing.at, L.extend({ renderer: app.renderer(pane), pane: pane }, style));
    symbol.standsFor = [key, thing.id];
    app.register(key, thing.id, symbol);
    return symbol;
  };

  // Put symbols and lines into a layer, in place of what it held.
  app.fill = function (id, shapes) {
    var group = app.layers[id];
    group.clearLayers();
    group.addLayer(L.layerGroup(shapes));
  };

  // Draw a line as part of what is selected, on a light casing.
  app.drawPath = function (parts, style) {
    var renderer = app.renderer("selection");
    var casing = { color: "#fff", weight: style.weight + 3, opacity: 0.85, renderer: renderer, interactive: false };
    L.polyline(parts, casing).addTo(app.selection);
    L.polyline(parts, L.extend({}, style, { renderer: renderer, interactive: false })).addTo(app.selection);
  };

  // A ring around the symbol of a thing, whether its layer is on or not.
  app.ring = function (thing, radius) {
    if (thing.at) {
      [["#fff", 4], ["#1d3f4f", 2]].forEach(function (look) {
        L.circleMarker(thing.at, {
          radius: radius, color: look[0], weight: look[1], fill: false,
          renderer: app.renderer("selection"), interactive: false,
        }).addTo(app.selection);
      });
    }
  };

  app.minutes = function (value) {
    return value === null ? "" : value.toFixed(1).replace(/\.0$/, "") + " " + app.data.ui.minutes;
  };

  app.kilometres = function (metres) {
    return metres === null ? "" : (metres / 1000).toFixed(metres < 10000 ? 2 : 1) + " " + app.data.ui.kilometres;
  };

  app.accuracy = function (thing) {
    return thing.radius === null ? "" : "±" + thing.radius + " " + app.data.ui.metres;
  };

  app.joined = function (facts) {
    return facts.filter(function (fact) { return fact !== "" && fact !== null && fact !== undefined; }).join(" · ");
  };
})(window.SpatialPlan);
