// What is known of one thing, as nodes: every word from data enters as text, never as markup.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  // Make an element; `more` holds attributes, children are nodes, strings or numbers.
  app.el = function (tag, look, more, children) {
    var node = document.createElement(tag);
    if (look) {
      node.className = look;
    }
    Object.keys(more || {}).forEach(function (key) { node.setAttribute(key, more[key]); });
    (children || []).forEach(function (child) {
      if (child !== null && child !== "") {
        node.appendChild(typeof child === "object" ? child : app.text(String(child)));
      }
    });
    return node;
  };

  // Text whose direction marks cannot reach its neighbours.
  app.text = function (words) {
    var node = document.createElement("bdi");
    node.textContent = words;
    return node;
  };

  // ---- contrast (WCAG 2) ----------------------------------------------------------------------

  var LEGIBLE = 4.5;
  var DARK = "#16181a";

  function channels(color) {
    return [1, 3, 5].map(function (at) { return parseInt(color.slice(at, at + 2), 16); });
  }

  function luminance(color) {
    var parts = channels(color).map(function (value) {
      var share = value / 255;
      return share <= 0.04045 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
    });
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  }

  app.contrast = function (one, other) {
    var found = [luminance(one), luminance(other)].sort(function (a, b) { return b - a; });
    return (found[0] + 0.05) / (found[1] + 0.05);
  };

  // The colour, #rrggbb, made as much darker as words in it need on a light ground.
  app.legible = function (color, ground) {
    for (var share = 1; share > 0; share -= 0.05) {
      var darker = "#" + channels(color).map(function (value) {
        return ("0" + Math.round(value * share).toString(16)).slice(-2);
      }).join("");
      if (app.contrast(darker, ground) >= LEGIBLE) {
        return darker;
      }
    }
    return DARK;
  };

  app.badge = function (data, state) {
    var found = data.states[state];
    var node = app.el("span", "badge", { "aria-hidden": "true" });
    node.textContent = found.sign;
    node.style.backgroundColor = found.color;
    node.style.color = app.contrast("#ffffff", found.color) >= LEGIBLE ? "#ffffff" : DARK;
    return node;
  };

  // Pairs of term and what is said of it; those with nothing to say are left out.
  app.facts = function (pairs) {
    var list = app.el("dl", "facts");
    pairs.forEach(function (pair) {
      if (pair[1] !== "" && pair[1] !== null && pair[1] !== undefined) {
        list.appendChild(app.el("dt", "", {}, [pair[0]]));
        list.appendChild(app.el("dd", "", {}, [pair[1]]));
      }
    });
    return list;
  };

  app.clause = function (data, id) {
    var clause = data.clauses[id];
    return app.el("figure", "clause", {}, [
      app.el("figcaption", "", {}, [clause.heading]),
      app.el("blockquote", "", {}, [clause.quote]),
    ]);
  };

  app.placeCard = function (data, at) {
    var place = data.places[at];
    return app.el("article", "card", {}, [
      app.el("h3", "", {}, [place.name]),
      app.facts([[data.ui.kind, place.kind], [data.ui.accuracy, place.accuracy], [data.ui.source, place.source]]),
    ]);
  };
})(window.SpatialPlan);
