// The online basemap that a page may offer: asked for once, on only when its tiles do come.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var ICON = "M10 3L2 7l8 4l8-4zM2 10.5l8 4l8-4M2 14l8 4l8-4";
  var MOST_FAILED = 4;  // tiles in a row without one that comes
  var OWN = ["water", "roads", "rails"];  // what the tiles show themselves
  var offer;
  var ui;
  var button;
  var tiles = null;
  var hidden = [];  // layers of the page that were switched off for the tiles
  var failed = 0;

  function say(words) {
    app.showCard("online", [app.status(words), app.closer("online")]);
  }

  // ---- the page's own basemap ---------------------------------------------------------------

  function isOn(id) {
    return app.layers[id] && app.map.hasLayer(app.layers[id]);
  }

  // By its box in the panel where there is one, so that the two agree.
  function setLayer(id, on) {
    var check = document.querySelector('[data-layer="' + id + '"]');
    if (!check) {
      app.toggle(id, on);
    } else if (check.checked !== on) {
      check.click();
    }
  }

  function wash(on) {
    if (app.layers.districts) {
      app.layers.districts.eachLayer(function (piece) { piece.setStyle({ fillOpacity: on ? 1 : 0 }); });
    }
  }

  // ---- tiles --------------------------------------------------------------------------------

  function addresses(token) {
    return { tk: token, subdomains: offer.parts || "a" };
  }

  function makeTiles(token) {
    return L.layerGroup(offer.templates.map(function (template) {
      var layer = L.tileLayer(template, L.extend({
        pane: "online", maxNativeZoom: offer.maxZoom, maxZoom: app.map.getMaxZoom(), minZoom: app.map.getMinZoom(),
        referrerPolicy: "strict-origin-when-cross-origin",
      }, addresses(token)));
      layer.on("tileload", function () { failed = 0; });
      layer.on("tileerror", function () {
        failed += 1;
        if (failed === MOST_FAILED && tiles) {
          off();
          say(ui.online_lost);
        }
      });
      return layer;
    }));
  }

  app.isUnderTiles = function (id) {
    return Boolean(tiles) && hidden.indexOf(id) >= 0;
  };

  function on(token) {
    failed = 0;
    tiles = makeTiles(token).addTo(app.map);
    hidden = OWN.filter(isOn);
    hidden.forEach(function (id) { setLayer(id, false); });
    wash(false);
    // in front: the line is cut where it gets too long
    app.map.attributionControl.setPrefix(ui["online_by_" + offer.name] + " | Leaflet");
    app.map.getContainer().classList.add("has-tiles");
    app.press(button, true);
  }

  function off() {
    tiles.remove();
    tiles = null;
    hidden.forEach(function (id) { setLayer(id, true); });
    wash(true);
    app.map.attributionControl.setPrefix("Leaflet");
    app.map.getContainer().classList.remove("has-tiles");
    app.press(button, false);
  }

  // A page from a disk names no sender, which the servers of OpenStreetMap want to know.
  function fromDisk() {
    return offer.name === "osm" && window.location.protocol === "file:";
  }

  // One tile first: without a network the page keeps its own basemap, and asks for no more.
  function tryTiles(token, failedWords) {
    var zoom = Math.min(offer.maxZoom, Math.floor(app.map.getZoom()));
    var point = app.map.project(app.map.getCenter(), zoom).divideBy(256).floor();
    var probe = new Image();
    probe.referrerPolicy = "strict-origin-when-cross-origin";
    probe.onload = function () {
      if (!tiles) {
        app.closeCard("online");
        on(token);
        if (fromDisk()) {
          say(ui.online_from_disk);
        }
      }
    };
    probe.onerror = function () {
      if (failedWords) {
        say(failedWords);
      }
    };
    probe.src = L.Util.template(offer.templates[0], L.extend({ x: point.x, y: point.y, z: zoom, s: (offer.parts || "a")[0] }, addresses(token)));
  }

  // ---- the token ----------------------------------------------------------------------------

  function ask() {
    var field = app.el("input", "tool-field", { type: "text", id: "tianditu-token", autocomplete: "off", spellcheck: "false" });
    var form = app.el("form", "tool-form", {}, [
      app.el("label", "", { for: "tianditu-token" }, [ui.online_token]), field,
      app.el("p", "tool-hint", {}, [ui.online_token_note]),
      app.el("div", "tool-actions", {}, [
        app.el("button", "tool-action", { type: "submit" }, [ui.online_token_use]), app.closer("online"),
      ]),
    ]);
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      var token = field.value.trim();
      if (/^[0-9A-Za-z]+$/.test(token)) {
        offer.token = token;
        tryTiles(token, ui.online_token_failed);
      } else {
        field.setAttribute("aria-invalid", "true");
        field.focus();
      }
    });
    app.showCard("online", [form]);
    field.focus();
  }

  function pressed() {
    if (tiles) {
      off();
    } else if (offer.needsToken && !offer.token) {
      ask();
    } else {
      tryTiles(offer.token, offer.needsToken ? ui.online_token_failed : ui.online_failed);
    }
  }

  app.addons.push(function (data) {
    var told = document.getElementById("online-basemap");
    if (!told) {
      return;
    }
    offer = JSON.parse(told.textContent);
    ui = data.ui;
    app.map.createPane("online").style.zIndex = 150;
    app.map.getPane("online").style.pointerEvents = "none";
    button = app.addTool("online", ui.online + ui["online_" + offer.name], ICON, true, pressed);
    if (navigator.onLine && !fromDisk() && (offer.token || !offer.needsToken)) {
      tryTiles(offer.token, null);
    }
  });
})(window.SpatialPlan);
