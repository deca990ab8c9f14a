// Themes: one choice sets layers, title, words, legend and view. The reader may still switch layers.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var OWN = "own";  // the value of the choice that stands for the reader's own layers
  var el = app.el;
  var data;
  var theme;  // the theme that was chosen last; layers may have been switched since
  var box;

  function themeOf(id) {
    return data.mapThemes.filter(function (item) { return item.id === id; })[0];
  }

  // Which layers a theme means, whatever their order; a layer lent to an open concept counts not.
  function same(ids) {
    var lent = app.lentLayer ? app.lentLayer() : "";
    var shown = app.shown().filter(function (id) { return id !== lent || ids.indexOf(id) >= 0; });
    var wanted = ids.filter(function (id) { return id !== lent; });
    return wanted.every(function (id) { return shown.indexOf(id) >= 0; }) &&
      shown.every(function (id) { return ids.indexOf(id) >= 0; });
  }

  app.isOwnChoice = function () {
    return !same(theme.layers);
  };

  // The theme's title where it says more than the plan's own: for the first and own layers nothing.
  app.themeTitle = function () {
    return theme === data.mapThemes[0] || app.isOwnChoice() ? "" : theme.title;
  };

  app.themeText = function () {
    return app.isOwnChoice() ? [data.ui.own_layers_text.replace("{theme}", theme.title)] : theme.text;
  };

  app.themeId = function () {
    return theme.id;
  };

  function tell() {
    var title = app.themeTitle();
    var own = app.isOwnChoice();
    box.own.hidden = !own;
    box.whole.classList.toggle("first", !own && theme === data.mapThemes[0]);
    box.choice.value = own ? OWN : theme.id;
    box.text.textContent = "";
    app.themeText().forEach(function (words) { box.text.appendChild(el("p", "", {}, [words])); });
    document.title = title ? title + " · " + data.plan.title : data.plan.title;
  }

  // Show a theme; where a link tells the view, that of the theme is left out.
  app.setTheme = function (id, keepView) {
    var found = themeOf(id);
    if (!found) {
      return;
    }
    if (app.closeConcepts) {
      app.closeConcepts();
    }
    app.clear();
    theme = found;
    app.setLayers(theme.layers);
    if (!keepView) {
      app.fit(theme.box, true);
    }
    tell();
    app.map.fire("themechange");
  };

  function option(value, words) {
    var node = el("option", "", { value: value });
    node.textContent = words;
    return node;
  }

  function block() {
    box = {
      own: option(OWN, data.ui.own_layers),
      choice: el("select", "theme-select", { id: "theme" }),
      text: el("div", "theme-text", { id: "theme-text", "aria-live": "polite", tabindex: "0" }),
    };
    data.mapThemes.forEach(function (item) { box.choice.appendChild(option(item.id, item.title)); });
    box.choice.appendChild(box.own);
    box.choice.addEventListener("change", function () {
      if (box.choice.value !== OWN) {
        app.setTheme(box.choice.value);
      }
    });
    box.whole = el("section", "theme", { "aria-label": data.ui.map_theme }, [
      el("div", "theme-choice", {}, [el("label", "", { for: "theme" }, [data.ui.map_theme]), box.choice]), box.text,
    ]);
    return box.whole;
  }

  app.addons.push(function (pageData) {
    data = pageData;
    theme = data.mapThemes[0];
    var title = document.querySelector("#panel .title");
    title.parentNode.insertBefore(block(), title.nextSibling);
    tell();
    app.map.on("layerschange", tell);
  });
})(window.SpatialPlan);
