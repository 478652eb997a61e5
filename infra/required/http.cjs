// An ESM import of node:http reads all of its exports, WebSocket among them, and so loads undici: some 20 ms.
module.exports = process.getBuiltinModule('node:http');
