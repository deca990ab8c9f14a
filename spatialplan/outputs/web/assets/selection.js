// What a click does: popups, and the selected thing drawn over all others.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var TAP_PX = 16;
  var INK = "#1d3f4f";
  var renderers = {};
  var shapes = {};  // drawn layers by kind and id
  var hovers = window.matchMedia("(hover: hover)").matches;

  // By the property that holds the id of a thing: how to name it, tell of it, draw it as selected.
  app.kinds = {};

  app.shapesOf = function (key, id) {
    return (shapes[key] && shapes[key][id]) || [];
  };

  // Paths of one pane share one renderer, so that panes keep areas under lines under points.
  app.renderer = function (pane) {
    if (!renderers[pane]) {
      renderers[pane] = app.CANVAS_PANES.indexOf(pane) < 0 ? L.svg({ pane: pane, padding: 0.4 }) :
        new app.Canvas({ pane: pane, padding: 0.2 });
    }
    return renderers[pane];
  };

  app.pointTo = function (pane) {
    return function (feature, latlng) {
      return new app.Symbol(latlng, { renderer: app.renderer(pane) });
    };
  };

  // Called by each GeoJson layer for each of its features, whose properties hold one id.
  app.bind = function (feature, layer) {
    var key = Object.keys(app.kinds).filter(function (name) { return name in feature.properties; })[0];
    app.register(key, feature.properties[key], layer, feature.properties.label);
  };

  // Make a drawn layer stand for a thing: it opens its popup and tells its name.
  app.register = function (key, id, layer, label) {
    shapes[key] = shapes[key] || Object.create(null);
    shapes[key][id] = (shapes[key][id] || []).concat([layer]);
    layer.on("click", function (event) {
      L.DomEvent.stop(event);
      app.openPopup(key, id, event.latlng, label);
    });
    if (hovers) {
      app.tip(layer, function () { return app.kinds[key].tip(id); });
    }
  };

  // Let a layer tell its name under the pointer; most are never asked.
  app.tip = function (layer, name) {
    layer.once("mouseover", function (event) {
      layer.bindTooltip(function () { return app.text(name()); }, { sticky: true, className: "tip" });
      layer.openTooltip(event.latlng);
    });
  };

  // The kind of things that every page has; a page adds its own.
  app.kinds.p = {
    tip: function (id) { return app.data.places[id].name; },
    card: function (id) { return app.placeCard(app.data, id); },
    draw: function (id) { app.drawAccuracy(app.data.places[id]); },
  };

  app.POPUP_PX = 320;

  app.popupRoom = function () {
    return Math.max(160, app.map.getSize().y * 0.6);
  };

  app.openPopup = function (key, id, at, label) {
    app.setSheet(!app.isNarrow());
    app.clear();
    app.kinds[key].draw(id);
    var frame = app.legend.parentNode;
    L.popup({
      minWidth: 200,
      maxWidth: app.isNarrow() ? 270 : app.POPUP_PX,
      maxHeight: app.popupRoom(),
      autoPanPaddingTopLeft: [app.isNarrow() ? 16 : 52, 16],
      autoPanPaddingBottomRight: [frame.open && !app.isNarrow() ? frame.offsetWidth + 20 : 16, 16],
    }).setLatLng(at).setContent(app.kinds[key].card(id, label)).openOn(app.map);
    // A card too long for its popup scrolls; the keyboard has to reach it for that.
    document.querySelectorAll(".leaflet-popup-scrolled").forEach(function (box) { box.tabIndex = 0; });
  };

  app.clear = function () {
    app.selection.clearLayers();
    app.map.closePopup();
    app.drawLegend([]);
  };

  app.copy = function (layer, style) {
    var renderer = app.renderer("selection");
    var options = L.extend({}, layer.options, { interactive: false, renderer: renderer }, style);
    if (layer instanceof app.Symbol) {
      new app.Symbol(layer.getLatLng(), options).addTo(app.selection);
    } else {
      L.geoJSON(layer.feature, { interactive: false, renderer: renderer, style: options }).addTo(app.selection);
    }
  };

  app.casing = function (layer, extra) {
    app.copy(layer, { color: "#fff", weight: layer.options.weight + extra, opacity: 0.9, dashArray: null, fill: false });
  };

  app.drawAccuracy = function (thing) {
    if (thing.at && thing.radius) {
      L.circle(thing.at, {
        radius: thing.radius, renderer: app.renderer("selection"), interactive: false,
        color: INK, weight: 1.2, dashArray: "4 4", fillColor: INK, fillOpacity: 0.07,
      }).addTo(app.selection);
    }
  };

  app.outline = function (layers) {
    layers.forEach(function (layer) {
      if (layer instanceof app.Symbol) {
        var ring = { fillOpacity: 0, dashArray: null, radius: layer.options.radius + 5 };
        app.copy(layer, L.extend({ color: "#fff", weight: 4 }, ring));
        app.copy(layer, L.extend({ color: INK, weight: 2 }, ring));
        app.copy(layer, {});
      } else {
        app.casing(layer, 5);
        app.copy(layer, { weight: layer.options.weight + 1.5, opacity: 1, fill: "fillColor" in layer.options });
      }
    });
  };

  // A finger is wider than a symbol: a tap beside one opens it.
  app.tapped = function (event) {
    var near = null;
    Object.keys(shapes).forEach(function (key) {
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
