module.exports = module.constructor._load('node:sqlite');
