// Where the pointer is: degrees or degrees, minutes, seconds, and the plan's own grid; to copy.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var ICON = "M10 2v5M10 13v5M2 10h5M13 10h5M10 9a1 1 0 1 0 0 2a1 1 0 1 0 0-2";
  var DIGITS = 6;  // 0.1 m
  var COPIED_MS = 2500;
  var el = app.el;
  var data;
  var box = {};
  var as_dms = false;
  var at;
  var pin = { shown: null };

  function degrees(place) {
    return as_dms ? [app.dms(place.lng, "EW"), app.dms(place.lat, "NS")]
      : [place.lng.toFixed(DIGITS), place.lat.toFixed(DIGITS)];
  }

  function metres(place) {
    var found = app.project(place, data.grid);
    return [found.x.toFixed(1), found.y.toFixed(1)];
  }

  function show(place) {
    var said;
    at = place.wrap();
    said = degrees(at);
    box.degrees.textContent = as_dms ? said.join("  ")
      : data.ui.lon + " " + said[0] + "°  " + data.ui.lat + " " + said[1] + "°";
    if (data.grid) {
      said = metres(at);
      box.grid.textContent = "x " + said[0] + "  y " + said[1] + " " + data.ui.metres;
    }
  }

  function follow(place) {
    if (!pin.shown) {
      show(place);
    }
  }

  // Cells with tabs between them: longitude, latitude, x, y.
  app.coordinatesText = function () {
    return degrees(at).concat(data.grid ? metres(at) : []).join("\t");
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

  // ---- the readout --------------------------------------------------------------------------

  function gridName() {
    var grid = data.grid;
    return (grid.k === 1 ? data.ui.grid_gauss : data.ui.grid_mercator)
      .replace("{datum}", grid.datum).replace("{meridian}", grid.lon0);
  }

  function switchButton() {
    box.degrees = el("span", "coordinate-line");
    box.grid = el("span", "coordinate-line");
    box.grid.hidden = !data.grid;
    var about = data.ui.datum_note + (data.grid ? "\n" + gridName() : "");
    return app.button("coordinate-text", { title: data.ui.coordinate_switch + "\n" + about }, [
      box.degrees, box.grid, el("span", "visually-hidden", {}, [data.ui.coordinate_switch]),
    ], function () { as_dms = !as_dms; show(at); });
  }

  function copyButton() {
    var words = el("span", "", { "aria-live": "polite" }, [data.ui.coordinate_copy]);
    return app.button("coordinate-copy", { title: data.ui.coordinate_copy_title }, [words], function (event) {
      copy(app.coordinatesText());
      event.currentTarget.focus();
      words.firstChild.textContent = data.ui.coordinate_copied;
      window.setTimeout(function () { words.firstChild.textContent = data.ui.coordinate_copy; }, COPIED_MS);
    });
  }

  function addReadout() {
    var control = L.control({ position: "bottomleft" });
    control.onAdd = function () {
      var node = el("div", "coordinates", { role: "group", "aria-label": data.ui.coordinates }, [switchButton(), copyButton()]);
      L.DomEvent.disableClickPropagation(node);
      L.DomEvent.on(node, "mousemove", L.DomEvent.stopPropagation);
      return node;
    };
    control.addTo(app.map);
  }

  // ---- hold one place -----------------------------------------------------------------------

  pin.set = function (place) {
    pin.layer.clearLayers();
    pin.shown = L.circleMarker(place, {
      renderer: app.renderer("tools"), interactive: false, radius: 6, color: "#1d4a5c", weight: 2,
      fillColor: "#fff", fillOpacity: 0.9, className: "held-place",
    }).addTo(pin.layer);
    show(place);
  };

  pin.clicked = function (event) {
    pin.set(event.latlng);
  };

  pin.start = function () {
    app.takeMap(pin);
    app.map.on("click", pin.clicked);
    var hint = app.touches() ? data.ui.pin_hint_touch : data.ui.pin_hint;
    app.showCard("pin", [app.status(data.ui.pin_start), el("p", "tool-hint", {}, [hint]), app.closer("pin")], function () {
      if (app.holdsMap(pin)) {
        app.releaseMap();
      }
    });
  };

  pin.stop = function () {
    app.map.off("click", pin.clicked);
    pin.layer.clearLayers();
    pin.shown = null;
    app.closeCard("pin");
  };

  pin.escape = function () {
    app.releaseMap();
  };

  pin.keys = {
    " ": function () { pin.set(app.map.getCenter()); },
    Enter: function () { pin.set(app.map.getCenter()); },
  };

  app.addons.push(function (pageData) {
    var pointed = false;
    data = pageData;
    addReadout();
    pin.layer = L.layerGroup().addTo(app.map);
    pin.button = app.addTool("pin", data.ui.pin, ICON, true, function () {
      if (app.holdsMap(pin)) {
        app.releaseMap();
      } else {
        pin.start();
      }
    });
    app.map.on("mousemove", function (event) {
      pointed = true;
      follow(event.latlng);
    });
    app.map.getContainer().addEventListener("keydown", function () { pointed = false; });
    app.map.on("move resize", function () {
      if (!pointed || app.touches()) {
        follow(app.map.getCenter());
      }
    });
    show(app.map.getCenter());
  });
})(window.SpatialPlan);
