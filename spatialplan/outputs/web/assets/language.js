// Two languages in one page: the one it was made in, and what differs in the other.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var TAGS = { zh: "zh-CN", en: "en" };
  var NAMES = { zh: "中文", en: "English" };

  // Enter `changes` into things of the same shape; what has no shape of its own is replaced.
  function change(said, changes) {
    Object.keys(changes).forEach(function (key) {
      var value = changes[key];
      var inner = value !== null && typeof value === "object" && !Array.isArray(value);
      if (inner && said[key] !== null && typeof said[key] === "object") {
        change(said[key], value);
      } else {
        said[key] = value;
      }
    });
  }

  // Before anything is built: let the page speak the language of its link.
  app.speak = function (data) {
    app.languages = [data.lang, data.other.lang];
    if (app.readLink().lang === data.other.lang) {
      change(data, data.other.changes);
      data.lang = data.other.lang;
    }
    delete data.other;
    document.documentElement.lang = TAGS[data.lang];
    document.title = data.plan.title;
  };

  // The page is built once, in one language: another one means to build it again.
  app.setLanguage = function (lang) {
    app.writeLink({ lang: lang });
    window.location.reload();
  };

  app.addons.push(function (data) {
    var other = app.languages.filter(function (lang) { return lang !== data.lang; })[0];
    document.getElementById("toolbar").appendChild(
      app.button("action", { id: "language", lang: TAGS[other] }, [NAMES[other]], function () { app.setLanguage(other); })
    );
    // A mark on the map carries the number of its words.
    var open = app.openPopup;
    app.openPopup = function (key, id, at, label) {
      open(key, id, at, typeof label === "number" ? data.markWords[label] : label);
    };
  });
})(window.SpatialPlan);
