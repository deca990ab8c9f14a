// What panels are made of: buttons, tables, the tree of layers, what there is to know about a page.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var el = app.el;

  app.button = function (look, more, children, act) {
    var node = el("button", look, L.extend({ type: "button" }, more), children);
    node.addEventListener("click", act);
    return node;
  };

  app.table = function (head, rows) {
    return el("table", "", {}, [
      el("thead", "", {}, [el("tr", "", {}, head.map(function (cell) { return el("th", "", { scope: "col" }, [cell]); }))]),
      el("tbody", "", {}, rows.map(function (row) {
        return el("tr", "", {}, row.map(function (cell) { return el("td", "", {}, [cell]); }));
      })),
    ]);
  };

  app.bullets = function (sentences) {
    return el("ul", "bullets", {}, sentences.map(function (words) { return el("li", "", {}, [words]); }));
  };

  // ---- layers -------------------------------------------------------------------------------

  function layerRow(item, memberItem) {
    var check = el("input", "", { type: "checkbox", id: "layer-" + item.id, "data-layer": item.id });
    check.checked = item.on;
    check.addEventListener("change", function () { app.toggle(item.id, check.checked); });
    var row = el("div", "layer", {}, [
      el("label", "", { for: "layer-" + item.id }, [
        check, el("span", "layer-name", {}, [item.label]), el("span", "count", { "data-count": item.id }, [item.count]),
      ]),
    ]);
    if (item.members.length) {
      row.appendChild(members(item, memberItem));
    }
    return row;
  }

  function members(item, memberItem) {
    var list = el("ul", "plain members");
    var box = el("details", "", {}, [el("summary", "", {}, [app.data.ui.members]), list]);
    box.addEventListener("toggle", function () {
      if (box.open && !list.firstChild) {
        item.members.forEach(function (id) { list.appendChild(memberItem(id)); });
      }
    });
    return box;
  }

  function group(name, memberItem) {
    var items = app.data.tree.filter(function (item) { return item.group === name; });
    var all = el("input", "", { type: "checkbox", "aria-label": app.data.ui.whole_group + name });
    var box = el("fieldset", "", {}, [
      el("legend", "", {}, [el("label", "", {}, [all, name])]),
    ]);
    items.forEach(function (item) { box.appendChild(layerRow(item, memberItem)); });
    function sum() {
      var checks = Array.from(box.querySelectorAll("[data-layer]"));
      var on = checks.filter(function (check) { return check.checked; }).length;
      all.checked = on === checks.length;
      all.indeterminate = on > 0 && on < checks.length;
    }
    all.addEventListener("change", function () {
      box.querySelectorAll("[data-layer]").forEach(function (check) {
        if (check.checked !== all.checked) {
          check.click();
        }
      });
    });
    box.addEventListener("change", sum);
    sum();
    return box;
  }

  // All layers by group, the topmost first; `memberItem` makes the row of a thing that a layer lists.
  app.layerTree = function (memberItem) {
    var names = [];
    app.data.tree.forEach(function (item) {
      if (names.indexOf(item.group) < 0) {
        names.push(item.group);
      }
    });
    return names.reverse().map(function (name) { return group(name, memberItem); });
  };

  // ---- about --------------------------------------------------------------------------------

  // Lists of sentences under headings, then the sources and how the page was made.
  app.about = function (sections) {
    var data = app.data;
    var parts = [];
    sections.forEach(function (part) {
      if (part[1].length) {
        parts.push(el("h2", "", {}, [part[0]]), app.bullets(part[1]));
      }
    });
    parts.push(el("h2", "", {}, [data.ui.sources]));
    data.sources.forEach(function (source) {
      var list = el("dl", "facts");
      source.facts.forEach(function (pair) {
        list.appendChild(el("dt", "", {}, [pair[0]]));
        list.appendChild(el("dd", "", {}, [pair[1]]));
      });
      parts.push(el("h3", "", {}, [source.title]), list);
    });
    parts.push(el("p", "made", {}, [data.made]));
    return parts;
  };
})(window.SpatialPlan);
