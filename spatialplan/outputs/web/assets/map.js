// The map beside the panel: what it shows first, layers on and off, legend, sizes by zoom.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var CLOSEST = 14;
  var MARGIN_PX = 28;

  app.addons = app.addons || [];

  app.isNarrow = function () {
    return window.matchMedia("(max-width: 699px)").matches;
  };

  // Show a box of [south-west, north-east]; the open legend keeps its corner on a wide screen.
  // `room` pixels at the top and half of a popup at the sides are kept for a popup within the box.
  app.fit = function (box, moving, room) {
    if (!box) {
      return;
    }
    var side = room && !app.isNarrow() ? app.POPUP_PX / 2 : 0;
    var calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    var frame = app.legend.parentNode;
    var right = frame.open && !app.isNarrow() ? frame.offsetWidth + 20 : MARGIN_PX;
    app.map.fitBounds(box, {
      paddingTopLeft: [MARGIN_PX + side, MARGIN_PX + (room || 0)],
      paddingBottomRight: [right + side, MARGIN_PX],
      maxZoom: CLOSEST,
      animate: moving && !calm,
    });
  };

  // On a phone the map ends where the sheet begins.
  app.settle = function () {
    var sheet = app.isNarrow() ? document.getElementById("panel").offsetHeight : 0;
    app.map.getContainer().style.bottom = sheet + "px";
    app.map.invalidateSize({ animate: false });
  };

  app.toggle = function (id, on) {
    place(id, on);
    drawnBase().forEach(function (layer) { layer.bringToFront(); });  // one canvas: keep its order
    changed();
  };

  function place(id, on) {
    if (on) {
      app.map.addLayer(app.layers[id]);
    } else {
      app.map.removeLayer(app.layers[id]);
    }
  }

  function changed() {
    app.drawLegend([]);
    app.labels.place();
    app.map.fire("layerschange");
  }

  function checkOf(id) {
    return document.getElementById("layer-" + id);
  }

  // Whether an online basemap stands in for a layer of the page that is off for it.
  app.isUnderTiles = L.Util.falseFn;

  // The layers that are switched on, or would be without an online basemap, in the order of the panel.
  app.shown = function () {
    return app.data.tree.map(function (item) { return item.id; })
      .filter(function (id) { return checkOf(id).checked || app.isUnderTiles(id); });
  };

  // Switch on these layers and no others, the later over the earlier.
  app.setLayers = function (ids) {
    app.data.tree.forEach(function (item) {
      var on = ids.indexOf(item.id) >= 0;
      var check = checkOf(item.id);
      if (check.checked !== on) {
        check.checked = on;
        place(item.id, on);
        check.closest("fieldset").dispatchEvent(new Event("change"));
      }
    });
    ids.forEach(function (id) { app.layers[id].bringToFront(); });
    changed();
  };

  function drawnBase() {
    return app.data.tree.filter(function (item) { return item.base; })
      .map(function (item) { return app.layers[item.id]; })
      .filter(function (layer) { return app.map.hasLayer(layer); });
  }

  // Roads grow and symbols shrink with the scale, so that an overview is not buried.
  app.rescale = function () {
    rescaled(function (layer) { layer.redraw(); });
  };

  // `redraw` is called with each layer of another size than before.
  function rescaled(redraw) {
    var zoom = app.map.getZoom();
    var width = Math.max(0.55, Math.min(1.8, 1 + (zoom - 11.5) * 0.2));
    var size = Math.max(0.66, Math.min(1.15, 1 + (zoom - 12) * 0.12));
    app.data.tree.forEach(function (item) {
      app.layers[item.id].eachLayer(function (piece) {
        piece.eachLayer(function (layer) {
          var facet = layer instanceof app.Symbol ? "radius" : item.base && layer.options && layer.options.weight ? "weight" : "";
          if (facet) {
            layer.full = layer.full || layer.options[facet];
            resize(layer, facet, layer.full * (facet === "radius" ? size : width), redraw);
          }
        });
      });
    });
  }

  function resize(layer, facet, value, redraw) {
    if (layer.options[facet] !== value) {
      layer.options[facet] = value;
      if (facet === "radius") {
        layer._radius = value;
      }
      redraw(layer);
    }
  }

  function addLegend() {
    var control = L.control({ position: "bottomright" });
    control.onAdd = function () {
      var words = app.data.ui.legend;
      var box = app.el("details", "legend", {}, [app.el("summary", "", {}, [words])]);
      app.legend = app.el("div", "legend-body", { tabindex: "0", role: "region", "aria-label": words });
      box.appendChild(app.legend);
      box.open = !app.isNarrow();
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
      return box;
    };
    control.addTo(app.map);
  }

  // The legend shows what the visible layers hold, and `extra` of the selected claim.
  app.drawLegend = function (extra) {
    var wanted = {};
    extra.forEach(function (id) { wanted[id] = true; });
    app.data.tree.forEach(function (item) {
      if (app.map.hasLayer(app.layers[item.id])) {
        item.legend.forEach(function (id) { wanted[id] = true; });
      }
    });
    app.legend.textContent = "";
    var heading = "";
    var row = null;
    app.data.legend.filter(function (entry) { return wanted[entry.id]; }).forEach(function (entry) {
      if (entry.section !== heading) {
        heading = entry.section;
        row = null;
        app.legend.appendChild(app.el("h4", "", {}, [heading]));
      }
      if (row && row.textContent === entry.label) {  // one kind, drawn in several forms
        row.appendChild(app.icon(entry.form, entry.style));
      } else {
        row = app.el("div", "legend-entry", {}, [app.icon(entry.form, entry.style), entry.label]);
        app.legend.appendChild(row);
      }
    });
  };

  // Leaflet says these in English.
  function nameControls() {
    var ui = app.data.ui;
    [["in", ui.zoom_in], ["out", ui.zoom_out]].forEach(function (pair) {
      var handle = app.map.getContainer().querySelector(".leaflet-control-zoom-" + pair[0]);
      handle.title = pair[1];
      handle.setAttribute("aria-label", pair[1]);
    });
    app.map.on("popupopen", function (event) {
      event.popup.getElement().querySelector(".leaflet-popup-close-button").setAttribute("aria-label", ui.close);
    });
  }

  app.start = function (map, layers, data) {
    app.speak(data);
    app.map = map;
    app.layers = layers;
    app.data = data;
    app.selection = L.layerGroup().addTo(map);
    map.getContainer().setAttribute("aria-label", data.ui.map);
    map.getContainer().setAttribute("role", "main");
    map.attributionControl.setPrefix("Leaflet").addAttribution(data.attribution);
    L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
    addLegend();
    nameControls();
    if (app.page.prepare) {
      app.page.prepare(data);
    }
    app.buildPanel(data);
    app.drawLegend([]);
    app.settle();
    app.fit(data.bounds, false);
    app.rescale();
    app.labels = new app.Labels(data.labels, function (owner) { return map.hasLayer(layers[owner]); });
    app.labels.addTo(map);
    map.on("zoomend", function () { rescaled(L.Util.falseFn); });  // all is drawn anew after it
    app.guidePointer();
    map.on("click", app.tapped);
    window.addEventListener("resize", app.settle);
    // What joins the page when map and panel stand: tools, search, print, themes, in script order.
    app.addons.forEach(function (join) { join(data); });
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape") {
        app.clear();
      }
    });
  };
})(window.SpatialPlan);
