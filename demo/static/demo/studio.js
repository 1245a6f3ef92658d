/* Studio's side of an editor: handler addresses, and what becomes of "save", "error" and "cancel". */
(function () {
  "use strict";
  var editor = document.getElementById("studio-editor");
  var note = document.getElementById("studio-note");
  var runtime = {
    handlerUrl: function (element, name) {
      return editor.dataset.handler.replace("NAME", name);
    },
    notify: function (name, data) {
      if (name === "cancel" || (name === "save" && data.state === "end")) {
        window.location.assign(editor.dataset.back);
        return;
      }
      note.hidden = false;
      note.textContent = name === "save" ? data.message : data.title + ". " + data.message;
    },
  };
  var block = editor.querySelector(".xblock");
  new window[block.dataset.init](runtime, block, {});
})();
