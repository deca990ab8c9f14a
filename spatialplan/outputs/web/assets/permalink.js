// The permanent link: theme, view, layers, selected thing, limit, filters, tab and
// language in the address.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var WAIT_MS = 400;  // browsers allow about a hundred changes of the address in half a minute
  var TOLD_MS = 2500;
  var NUMBER = /^-?\d{1,3}(\.\d{1,10})?$/;
  var data;
  var picked = "";  // kind and id of the selected thing, as in the link
  var waiting = null;

  // What an address asks for; what it does not tell is left out. Any text may stand there.
  app.readLink = function () {
    var asked = {};
    new URLSearchParams(window.location.hash.slice(1)).forEach(function (value, key) {
      if (["theme", "at", "on", "pick", "limit", "filter", "tab", "lang"].indexOf(key) >= 0) {
        asked[key] = value;
      }
    });
    return asked;
  };

  function view() {
    var centre = app.map.getCenter();
    return [centre.lat.toFixed(5), centre.lng.toFixed(5), String(app.map.getZoom())].join(",");
  }

  // Layers are told where they are not those of the theme; a concept lends its own.
  function layers() {
    var lent = app.lentLayer ? app.lentLayer() : "";
    return app.shown().filter(function (id) { return id !== lent; }).join(",");
  }

  function state() {
    return {
      theme: app.themeId(),
      at: view(),
      on: app.isOwnChoice() ? layers() : null,
      pick: picked || null,
      limit: data.limits ? data.limits[app.limit].key : null,
      filter: app.filterLink() || null,
      tab: app.tab,
      lang: data.lang,
    };
  }

  function written(asked) {
    return "#" + Object.keys(asked).filter(function (key) { return asked[key] !== null; }).map(function (key) {
      return key + "=" + encodeURIComponent(asked[key]).replace(/%2C/g, ",").replace(/%3A/g, ":");
    }).join("&");
  }

  // Write the state of the map into the address, with `changes` to it.
  app.writeLink = function (changes) {
    window.clearTimeout(waiting);
    window.history.replaceState(null, "", written(L.extend(state(), changes)));
  };

  function follow() {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(app.writeLink, WAIT_MS);
  }

  // ---- what is selected -----------------------------------------------------------------------

  // Let something happen after each call of one of the page's functions, where the page has it.
  function after(name, act) {
    var own = app[name];
    if (own) {
      app[name] = function () {
        own.apply(app, arguments);
        act.apply(app, arguments);
      };
    }
  }

  function pick(words) {
    picked = words;
    follow();
  }

  function unpick() {
    pick(app.concept ? "concept:" + app.concept : "");
  }

  function watch() {
    after("clear", unpick);
    after("openPopup", function (key, id) { pick(key + ":" + id); });
    after("showClaim", function (id) { pick("claim:" + id); });
    after("setLimit", follow);
    app.map.on("popupclose pick", unpick);
    app.map.on("moveend layerschange themechange tabchange filterchange", follow);
  }

  // Press what stands for a value, unless it is pressed.
  function press(attribute, value) {
    var found = Array.from(document.querySelectorAll("#panel [" + attribute + "]")).filter(function (node) {
      return node.getAttribute(attribute) === value;
    })[0];
    if (found && found.getAttribute("aria-expanded") !== "true" && found.getAttribute("aria-checked") !== "true") {
      found.click();
    }
  }

  // Popups open where the thing is drawn; a thing that is not drawn has none.
  function select(asked) {
    var cut = asked.indexOf(":");
    var key = asked.slice(0, cut);
    var id = asked.slice(cut + 1);
    if (key === "claim" || key === "concept") {
      app.openTab(key + "s");
      press("data-" + key, id);
    } else if (Object.keys(app.kinds).indexOf(key) >= 0) {
      var shape = app.shapesOf(key, id)[0];
      if (shape) {
        app.openPopup(key, id, shape.getLatLng ? shape.getLatLng() : shape.getBounds().getCenter());
      }
    }
  }

  // ---- from the address to the map ------------------------------------------------------------

  function setView(asked) {
    var parts = asked.split(",");
    if (parts.length === 3 && parts.every(function (part) { return NUMBER.test(part); })) {
      var place = L.latLng(Number(parts[0]), Number(parts[1]));
      if (Math.abs(place.lat) <= 85 && Math.abs(place.lng) <= 180) {
        app.map.setView(place, Number(parts[2]), { animate: false });
      }
    }
  }

  function setOwnLayers(asked) {
    var known = asked.split(",").filter(function (id) {
      return data.tree.some(function (item) { return item.id === id; });
    });
    if (known.length || !asked) {
      app.setLayers(known);
    }
  }

  function setTab(asked) {
    if (document.getElementById("tab-" + asked)) {
      app.openTab(asked);
    }
  }

  function apply(asked) {
    if (asked.theme !== undefined) {
      app.setTheme(asked.theme, asked.at !== undefined);
    }
    if (asked.on !== undefined) {
      setOwnLayers(asked.on);
    }
    if (asked.limit !== undefined) {
      press("data-limit", asked.limit);
    }
    if (asked.filter !== undefined) {
      app.setFilters(asked.filter);
    }
    if (asked.pick !== undefined) {
      select(asked.pick);
    }
    if (asked.tab !== undefined) {
      setTab(asked.tab);
    }
    if (asked.at !== undefined) {
      setView(asked.at);
    }
  }

  function arrive() {
    var asked = app.readLink();
    if (asked.lang !== data.lang && app.languages.indexOf(asked.lang) >= 0) {
      window.location.reload();
      return;
    }
    if (asked.pick === undefined) {
      (app.closeConcepts || app.clear)();
      app.clear();
    }
    if (asked.filter === undefined && app.filterLink()) {
      app.setFilters("");
    }
    apply(asked);
  }

  // ---- to take it along -----------------------------------------------------------------------

  // Works without a permission, which a page opened from a disk may not get.
  function copied(words) {
    var field = el("textarea", "visually-hidden", { "aria-hidden": "true", readonly: "" });
    field.value = words;
    document.body.appendChild(field);
    field.select();
    var done = document.execCommand("copy");
    field.remove();
    return done;
  }

  var el = app.el;

  // Where the browser does not copy, the link stands there to be copied by hand.
  function linkButton() {
    var field = el("input", "link-field", { type: "text", readonly: "", hidden: "", "aria-label": data.ui.link });
    var told = el("span", "visually-hidden", { role: "status" });
    var button = app.button("action", { id: "link", title: data.ui.link_title }, [data.ui.link], function () {
      app.writeLink();
      if (copied(window.location.href)) {
        button.firstChild.textContent = data.ui.link_copied;
        told.textContent = data.ui.link_copied;
        window.setTimeout(function () {
          button.firstChild.textContent = data.ui.link;
          told.textContent = "";
        }, TOLD_MS);
        button.focus();
      } else {
        field.hidden = false;
        field.value = window.location.href;
        field.focus();
        field.select();
      }
    });
    return [button, told, field];
  }

  app.addons.push(function (pageData) {
    data = pageData;
    var bar = document.getElementById("toolbar");
    linkButton().forEach(function (part) { bar.appendChild(part); });
    apply(app.readLink());
    watch();
    window.addEventListener("hashchange", arrive);
  });
})(window.SpatialPlan);
