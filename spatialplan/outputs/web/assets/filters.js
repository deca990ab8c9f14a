// Filters: the choices of each facet, what the map keeps of them, the notice that some are set.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var el = app.el;

  // A choice among the values of some facets. `read` gives by facet the values of an item; `fits`
  // is any further condition. Values of one facet add up, facets narrow each other.
  app.facets = function (items, read, fits) {
    var names = Object.keys(read);
    var wanted = {};

    function passes(item, but) {
      return names.every(function (name) {
        return name === but || !wanted[name].length ||
          [].concat(read[name](item)).some(function (value) { return wanted[name].indexOf(value) >= 0; });
      }) && fits(item);
    }

    function clear() {
      names.forEach(function (name) { wanted[name] = []; });
    }

    clear();
    return {
      wanted: wanted,
      clear: clear,
      knows: function (name, value) {
        return items.some(function (item) { return [].concat(read[name](item)).indexOf(value) >= 0; });
      },
      isSet: function () { return names.some(function (name) { return wanted[name].length > 0; }); },
      kept: function () { return items.filter(function (item) { return passes(item, ""); }); },
      // How many items each value of a facet would leave, as the other facets stand.
      counts: function (name) {
        var counts = new Map();
        items.filter(function (item) { return passes(item, name); }).forEach(function (item) {
          [].concat(read[name](item)).forEach(function (value) { counts.set(value, (counts.get(value) || 0) + 1); });
        });
        return counts;
      },
    };
  };

  // ---- filters in the permanent link ----------------------------------------------------------

  var linked = {};  // by name: {facets, knows, words, say, draw}

  // Let the link hold the choices of some facets. `knows` tells which values there are, `draw` shows
  // a choice; `words` and `say` read and set what is typed, where something can be.
  app.linkFilter = function (name, parts) {
    linked[name] = parts;
  };

  // The choices as one text, empty where nothing is chosen.
  app.filterLink = function () {
    var said = new URLSearchParams();
    Object.keys(linked).forEach(function (name) {
      var parts = linked[name];
      Object.keys(parts.facets.wanted).forEach(function (facet) {
        parts.facets.wanted[facet].forEach(function (value) { said.append(name + "." + facet, value); });
      });
      if (parts.words && parts.words().trim()) {
        said.append(name + ".words", parts.words());
      }
    });
    return said.toString();
  };

  // Choose what such a text says and nothing else; values that are not there are passed over.
  app.setFilters = function (text) {
    var said = new URLSearchParams(text);
    Object.keys(linked).forEach(function (name) {
      var parts = linked[name];
      Object.keys(parts.facets.wanted).forEach(function (facet) {
        parts.facets.wanted[facet] = said.getAll(name + "." + facet).filter(function (value) { return parts.knows(facet, value); });
      });
      if (parts.say) {
        parts.say(said.get(name + ".words") || "");
      }
      parts.draw();
    });
  };

  // A list of the values of a facet, or `whole` for all of them; `tell` redraws it with pairs of
  // value and name. A value that would leave nothing cannot be chosen.
  app.facetSelect = function (label, whole, choose) {
    var field = el("select", "finder", { "aria-label": label });
    field.addEventListener("change", function () { choose(field.value ? [field.value.slice(1)] : []); });
    function add(value, words, off) {
      var node = el("option", "", { value: value });
      node.textContent = words;
      node.disabled = off;
      field.appendChild(node);
    }
    return { node: field, tell: function (pairs, counts, wanted) {
      field.textContent = "";
      add("", whole, false);
      pairs.forEach(function (pair) {
        var count = counts.get(pair[0]) || 0;
        add("=" + pair[0], app.data.ui.choice.replace("{count}", count).replace("{name}", function () { return pair[1]; }),
          !count && wanted.indexOf(pair[0]) < 0);
      });
      field.value = wanted.length ? "=" + wanted[0] : "";
    } };
  };

  function idOf(shape, key) {
    if (shape.feature) {
      return shape.feature.properties[key];
    }
    return shape.standsFor && shape.standsFor[0] === key ? shape.standsFor[1] : undefined;
  }

  var kept = {};  // by kind of thing: what the filter in force keeps

  app.isKept = function (key, id) {
    return !kept[key] || kept[key](id);
  };

  // Take the shapes of what a filter leaves out from the layers of the map, put the others back.
  app.keepOnMap = function (key, keeps) {
    kept[key] = keeps;
    app.data.tree.forEach(function (item) {
      app.layers[item.id].eachLayer(function (piece) {
        piece.whole = piece.whole || piece.getLayers();
        piece.whole.forEach(function (shape) {
          var id = idOf(shape, key);
          if (id !== undefined && keeps(id) !== piece.hasLayer(shape)) {
            piece[keeps(id) ? "addLayer" : "removeLayer"](shape);
          }
        });
      });
    });
    app.rescale();  // the symbols put back may be of another scale
    app.map.fire("filterchange");
  };

  // A name that is not kept waits for a scale that never comes.
  app.keepLabel = function (label, kept) {
    label.first = label.first === undefined ? label.min : label.first;
    label.min = kept ? label.first : Infinity;
  };

  // Say on the map how many of what a filter keeps, with a button that clears it; nothing where
  // `words` are empty.
  app.tellFilter = function (key, words, clear) {
    var box = document.getElementById("filtered");
    if (!box) {
      box = el("div", "filtered", { id: "filtered", "aria-live": "polite" });
      L.DomEvent.disableClickPropagation(box);
      app.map.getContainer().appendChild(box);
    }
    var chip = Array.from(box.children).filter(function (node) { return node.dataset.filtered === key; })[0];
    if (chip) {
      chip.remove();
    }
    if (words) {
      box.appendChild(el("p", "", { "data-filtered": key }, [words, app.button("", {}, [app.data.ui.clear_filter], clear)]));
    }
  };
})(window.SpatialPlan);
