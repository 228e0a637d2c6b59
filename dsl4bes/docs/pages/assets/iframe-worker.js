// Search in pages that are opened from a disk. A browser starts no worker from a file, so the script of the search runs in a hidden frame instead, and a class of our own stands for the worker.
(() => {
  if (location.protocol !== "file:") return;
  // The search looks for this name to find its further scripts beside its own.
  window.IFrameWorker = window.Worker = class extends EventTarget {
    constructor(address) {
      super();
      this.waiting = [];
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      const started = () => {
        const inside = this.frame.contentWindow;
        inside.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
        inside.importScripts = (...scripts) => scripts.reduce((before, script) => before.then(() => loaded(inside, script)), Promise.resolve());
        loaded(inside, address).then(() => {
          this.ready = true;
          for (const data of this.waiting.splice(0)) this.postMessage(data);
        });
      };
      const attach = () => {
        document.body.append(this.frame);
        started();
      };
      if (document.body) attach();
      else addEventListener("DOMContentLoaded", attach);
    }
    postMessage(data) {
      if (!this.ready) this.waiting.push(data);
      else this.frame.contentWindow.dispatchEvent(new this.frame.contentWindow.MessageEvent("message", { data }));
    }
    terminate() {
      this.frame.remove();
    }
  };
  function loaded(inside, address) {
    return new Promise((done, failed) => {
      const script = inside.document.createElement("script");
      script.src = address;
      script.onload = done;
      script.onerror = failed;
      inside.document.head.append(script);
    });
  }
})();
