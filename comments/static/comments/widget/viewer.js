// Loads who reads: what they may do here, and what they alone see.

export class Viewer {
  /**
   * @param {Pick<Widget.Context, "store" | "server">} context
   * @param {Widget.Muting} muting
   */
  constructor({ store, server }, muting) {
    this.store = store;
    this.server = server;
    this.muting = muting;
  }

  async load() {
    const viewer = await this.server.viewer();
    // The token has expired, or the sign-in behind it has ended.
    if (!viewer.name && this.server.hasToken) this.server.forgetToken();
    await this.muting.moveToServer(viewer);
    this.store.setViewer(viewer);
  }

  forget() {
    this.server.forgetToken();
    this.store.forgetViewer();
  }
}
