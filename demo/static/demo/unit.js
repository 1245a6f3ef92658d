/* The learning MFE's side of the iframe: the unit says how tall it is. */
(function () {
  "use strict";
  var frame = document.getElementById("unit-iframe");
  window.addEventListener("message", function (event) {
    if (event.source !== frame.contentWindow || !event.data) {
      return;
    }
    if (event.data.type === "plugin.resize") {
      frame.height = event.data.payload.height;
    } else if (event.data.offset !== undefined) {
      window.scrollTo(0, frame.offsetTop + event.data.offset);
    }
  });
})();
