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

  app.badge = function (data, state) {
    var found = data.states[state];
    var node = app.el("span", "badge", { "aria-hidden": "true" });
    node.textContent = found.sign;
    node.style.backgroundColor = found.color;
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
