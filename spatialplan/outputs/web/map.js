// The map beside the panel: panes, popups, selection, line widths by zoom, legend.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var TAP_PX = 16;
  var CLOSEST = 14;
  var renderers = {};
  var shapes = { f: {}, v: {}, c: {}, p: {} };
  var map;
  var data;
  var layers;
  var selection;

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

  // Called by each GeoJson layer for each of its features; properties hold one id: a plan feature
  // (f), a village (v), a claim (c) or a place (p).
  app.bind = function (feature, layer) {
    var key = Object.keys(shapes).filter(function (name) { return name in feature.properties; })[0];
    var id = feature.properties[key];
    shapes[key][id] = (shapes[key][id] || []).concat([layer]);
    layer.on("click", function (event) {
      L.DomEvent.stop(event);
      app.openPopup = function (key, id, at, label) {
    var content = {
      f: function () { return app.featureCard(data, id); },
      v: function () { return app.villageCard(data, id); },
      p: function () { return app.placeCard(data, id); },
      c: function () { return app.claimCard(data, claim(id), label); },
    }[key]();
    app.setSheet(!app.isNarrow());
    app.clear();
    if (key === "c") {
      drawClaim(id);
    } else if (key === "f") {
      drawFeature(id);
    } else if (key === "v") {
      drawAccuracy(data.villages[id]);
    } else {
      drawAccuracy(data.places[id]);
    }
    L.popup({
      minWidth: 200, maxWidth: app.isNarrow() ? 270 : 320, maxHeight: Math.max(160, map.getSize().y * 0.6), autoPanPadding: [16, 16],
    }).setLatLng(at).setContent(content).openOn(map);
  };

  app.clear = function () {
    selection.clearLayers();
    map.closePopup();
    app.drawLegend([]);
  };

  function copy(layer, style) {
    var options = L.extend({}, layer.options, { interactive: false, renderer: app.renderer("selection") }, style);
    if (layer instanceof app.Symbol) {
      new app.Symbol(layer.getLatLng(), options).addTo(selection);
    } else {
      L.geoJSON(layer.feature, { interactive: false, renderer: app.renderer("selection"), style: options })
        .addTo(selection);
    }
  }

  function drawAccuracy(thing) {
    if (thing.at && thing.radius) {
      L.circle(thing.at, {
        radius: thing.radius, renderer: app.renderer("selection"), interactive: false,
        color: "#1d3f4f", weight: 1.2, dashArray: "4 4", fillColor: "#1d3f4f", fillOpacity: 0.07,
      }).addTo(selection);
    }
  }

  function drawFeature(id) {
    (shapes.f[id] || []).forEach(function (layer) {
      if (layer instanceof app.Symbol) {
        copy(layer, { color: "#fff", weight: 4, fillOpacity: 0, dashArray: null, radius: layer.options.radius + 5 });
        copy(layer, { color: "#1d3f4f", weight: 2, fillOpacity: 0, dashArray: null, radius: layer.options.radius + 5 });
        copy(layer, {});
      } else {
        copy(layer, { color: "#fff", weight: layer.options.weight + 5, opacity: 0.85, dashArray: null, fill: false });
        copy(layer, { weight: layer.options.weight + 1.5, opacity: 1, fill: "fillColor" in layer.options });
      }
    });
    if (data.features[id].isPoint) {
      drawAccuracy(data.features[id]);
    }
  }

  function drawClaim(id) {
    var found = claim(id);
    var marks = shapes.c[id] || [];
    found.subjects.concat(found.objects).forEach(drawFeature);
    marks.forEach(function (layer) {
      if (!(layer instanceof app.Symbol)) {
        copy(layer, { color: "#fff", weight: layer.options.weight + 4, opacity: 0.9, dashArray: null });
      }
    });
    marks.forEach(function (layer) { copy(layer, { opacity: 1 }); });
    app.drawLegend(found.legend);
  }

  app.showClaim = function (id) {
    app.clear();
    drawClaim(id);
    if (claim(id).box) {
      map.fitBounds(claim(id).box, room(!window.matchMedia("(prefers-reduced-motion: reduce)").matches));
    }
  };

  app.showFeature = function (id) {
    var f = data.features[id];
    app.setSheet(!app.isNarrow());
    map.fitBounds(f.box, room(false));
    app.openPopup("f", id, f.at);
  };

  app.showVillage = function (code) {
    var v = data.villages[code];
    app.setSheet(!app.isNarrow());
    map.fitBounds([v.at, v.at], room(false, 13));
    app.openPopup("v", code, v.at);
  };

  // On a phone the map ends where the sheet begins.
  app.settle = function () {
    var sheet = app.isNarrow() ? document.getElementById("panel").offsetHeight : 0;
    map.getContainer().style.bottom = sheet + "px";
    map.invalidateSize({ animate: false });
  };

  // A finger is wider than a symbol: a tap beside one opens it.
  function tapped(event) {
    var near = null;
    ["f", "v", "p"].forEach(function (key) {
      Object.keys(shapes[key]).forEach(function (id) {
        shapes[key][id].forEach(function (layer) {
          if (!map.hasLayer(layer) || !(layer instanceof app.Symbol)) {
            return;
          }
          var away = map.latLngToContainerPoint(layer.getLatLng()).distanceTo(event.containerPoint);
          if (away < TAP_PX && (!near || away < near.away)) {
            near = { away: away, key: key, id: id, at: layer.getLatLng() };
          }
        });
      });
    });
    if (near) {
      app.openPopup(near.key, near.id, near.at);
    } else {
      app.clear();
    }
  }

  app.toggle = function (id, on) {
    if (on) {
      map.addLayer(layers[id]);
    } else {
      map.removeLayer(layers[id]);
    }
    data.tree.forEach(function (item) {  // one canvas holds the basemap: keep its order
      if (item.base && map.hasLayer(layers[item.id])) {
        layers[item.id].bringToFront();
      }
    });
    app.drawLegend([]);
    app.labels.place();
  };

  function widen() {
    var factor = Math.max(0.55, Math.min(1.8, 1 + (map.getZoom() - 11.5) * 0.2));
    data.tree.forEach(function (item) {
      if (item.base) {
        layers[item.id].eachLayer(function (piece) {
          piece.eachLayer(function (layer) {
            if (layer.options && layer.options.weight) {
              layer.fullWeight = layer.fullWeight || layer.options.weight;
              layer.setStyle({ weight: layer.fullWeight * factor });
            }
          });
        });
      }
    });
  }

  function legendBox() {
    var control = L.control({ position: "bottomright" });
    control.onAdd = function () {
      var box = app.el("details", "legend", {}, [app.el("summary", "", {}, [data.ui.legend])]);
      app.legend = app.el("div", "legend-body", { tabindex: "0", role: "region", "aria-label": data.ui.legend });
      box.appendChild(app.legend);
      box.open = !app.isNarrow();
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
      return box;
    };
    control.addTo(map);
  }

  // The legend shows what the visible layers hold, and `extra` of the selected claim.
  app.drawLegend = function (extra) {
    var wanted = {};
    extra.forEach(function (id) { wanted[id] = true; });
    data.tree.forEach(function (item) {
      if (map.hasLayer(layers[item.id])) {
        item.legend.forEach(function (id) { wanted[id] = true; });
      }
    });
    app.legend.textContent = "";
    var heading = "";
    var last = null;
    data.legend.filter(function (entry) { return wanted[entry.id]; }).forEach(function (entry) {
      if (entry.section !== heading) {
        heading = entry.section;
        app.legend.appendChild(app.el("h4", "", {}, [heading]));
        last = null;
      }
      if (last && last.lastChild.textContent === entry.label) {  // one kind, drawn in several forms
        last.insertBefore(app.icon(entry.form, entry.style), last.lastChild);
      } else {
        last = app.el("div", "legend-entry", {}, [app.icon(entry.form, entry.style), entry.label]);
        app.legend.appendChild(last);
      }
    });
  };

  app.start = function (leafletMap, mapLayers, pageData) {
    map = leafletMap;
    layers = mapLayers;
    data = pageData;
    selection = L.layerGroup().addTo(map);
    map.getContainer().setAttribute("aria-label", data.ui.map);
    map.attributionControl.setPrefix("Leaflet").addAttribution(data.attribution);
    legendBox();
    app.labels = new app.Labels(data.labels, function (owner) { return map.hasLayer(layers[owner]); });
    app.buildPanel(data);
    L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
    map.on("click", tapped);
    map.on("zoomend", widen);
    app.drawLegend([]);
    app.settle();
    map.fitBounds(data.bounds, room(false));
    app.labels.addTo(map);
    widen();
    window.addEventListener("resize", app.settle);
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape") {
        app.clear();
      }
    });
  };
})(window.SpatialPlan);
