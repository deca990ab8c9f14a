// What a click does: popups, and the selected thing drawn over all others.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var TAP_PX = 16;
  var INK = "#1d3f4f";
  var renderers = {};
  // drawn layers by id: plan features (f), villages (v), claims (c), places (p), road doubts (i)
  var shapes = { f: {}, v: {}, c: {}, p: {}, i: {} };
  var hovers = window.matchMedia("(hover: hover)").matches;

  // Paths of one pane share one renderer, so that panes keep areas under lines under points.
  app.renderer = function (pane) {
    renderers[pane] = renderers[pane] || L.svg({ pane: pane, padding: 0.4 });
    return renderers[pane];
  };

  app.pointTo = function (pane) {
    return function (feature, latlng) {
      return new app.Symbol(latlng, { renderer: app.renderer(pane) });
    };
  };

  // Called by each GeoJson layer for each of its features, whose properties hold one id.
  app.bind = function (feature, layer) {
    var key = Object.keys(shapes).filter(function (name) { return name in feature.properties; })[0];
    var id = feature.properties[key];
    shapes[key][id] = (shapes[key][id] || []).concat([layer]);
    layer.on("click", function (event) {
      L.DomEvent.stop(event);
      app.openPopup(key, id, event.latlng, feature.properties.label);
    });
    if (hovers) {
      layer.bindTooltip(function () { return app.text(tip(key, id)); }, { sticky: true, className: "tip" });
    }
  };

  function tip(key, id) {
    var found = { f: app.data.features, v: app.data.villages, p: app.data.places, i: app.data.issues }[key];
    return key === "c" ? claimOf(id).sentence : found[id].name;
  }

  function claimOf(id) {
    return app.data.claims.filter(function (item) { return item.id === id; })[0];
  }

  var cards = {
    f: function (id) { return app.featureCard(app.data, id); },
    v: function (id) { return app.villageCard(app.data, id); },
    p: function (id) { return app.placeCard(app.data, id); },
    i: function (id) { return app.issueCard(app.data, id); },
    c: function (id, label) { return app.claimCard(app.data, claimOf(id), label); },
  };

  var drawings = {
    f: drawFeature,
    v: function (id) { drawAccuracy(app.data.villages[id]); },
    p: function (id) { drawAccuracy(app.data.places[id]); },
    i: function (id) { outline(shapes.i[id]); },
    c: drawClaim,
  };

  app.openPopup = function (key, id, at, label) {
    app.setSheet(!app.isNarrow());
    app.clear();
    drawings[key](id);
    L.popup({
      minWidth: 200,
      maxWidth: app.isNarrow() ? 270 : 320,
      maxHeight: Math.max(160, app.map.getSize().y * 0.6),
      autoPanPadding: [16, 16],
    }).setLatLng(at).setContent(cards[key](id, label)).openOn(app.map);
  };

  app.clear = function () {
    app.selection.clearLayers();
    app.map.closePopup();
    app.drawLegend([]);
  };

  function copy(layer, style) {
    var renderer = app.renderer("selection");
    var options = L.extend({}, layer.options, { interactive: false, renderer: renderer }, style);
    if (layer instanceof app.Symbol) {
      new app.Symbol(layer.getLatLng(), options).addTo(app.selection);
    } else {
      L.geoJSON(layer.feature, { interactive: false, renderer: renderer, style: options }).addTo(app.selection);
    }
  }

  function casing(layer, extra) {
    copy(layer, { color: "#fff", weight: layer.options.weight + extra, opacity: 0.9, dashArray: null, fill: false });
  }

  function drawAccuracy(thing) {
    if (thing.at && thing.radius) {
      L.circle(thing.at, {
        radius: thing.radius, renderer: app.renderer("selection"), interactive: false,
        color: INK, weight: 1.2, dashArray: "4 4", fillColor: INK, fillOpacity: 0.07,
      }).addTo(app.selection);
    }
  }

  function drawFeature(id) {
    if (app.data.features[id].isPoint) {
      drawAccuracy(app.data.features[id]);
    }
    outline(shapes.f[id] || []);
  }

  function outline(layers) {
    layers.forEach(function (layer) {
      if (layer instanceof app.Symbol) {
        var ring = { fillOpacity: 0, dashArray: null, radius: layer.options.radius + 5 };
        copy(layer, L.extend({ color: "#fff", weight: 4 }, ring));
        copy(layer, L.extend({ color: INK, weight: 2 }, ring));
        copy(layer, {});
      } else {
        casing(layer, 5);
        copy(layer, { weight: layer.options.weight + 1.5, opacity: 1, fill: "fillColor" in layer.options });
      }
    });
  }

  function drawClaim(id) {
    var claim = claimOf(id);
    var marks = shapes.c[id] || [];
    claim.subjects.concat(claim.objects).forEach(drawFeature);
    marks.filter(function (layer) { return !(layer instanceof app.Symbol); }).forEach(function (layer) {
      casing(layer, 4);
    });
    marks.forEach(function (layer) { copy(layer, { opacity: 1 }); });
    app.drawLegend(claim.legend);
  }

  app.showClaim = function (id) {
    app.clear();
    drawClaim(id);
    app.fit(claimOf(id).box, true);
  };

  app.showFeature = function (id) {
    app.setSheet(!app.isNarrow());
    app.fit(app.data.features[id].box, false);
    app.openPopup("f", id, app.data.features[id].at);
  };

  app.showVillage = function (code) {
    var at = app.data.villages[code].at;
    app.setSheet(!app.isNarrow());
    app.fit([at, at], false);
    app.openPopup("v", code, at);
  };

  // A finger is wider than a symbol: a tap beside one opens it.
  app.tapped = function (event) {
    var near = null;
    ["f", "v", "p", "i"].forEach(function (key) {
      Object.keys(shapes[key]).forEach(function (id) {
        shapes[key][id].forEach(function (layer) {
          if (layer instanceof app.Symbol && app.map.hasLayer(layer)) {
            var away = app.map.latLngToContainerPoint(layer.getLatLng()).distanceTo(event.containerPoint);
            if (away < TAP_PX && (!near || away < near.away)) {
              near = { away: away, key: key, id: id, at: layer.getLatLng() };
            }
          }
        });
      });
    });
    if (near) {
      app.openPopup(near.key, near.id, near.at);
    } else {
      app.clear();
    }
  };
})(window.SpatialPlan);
