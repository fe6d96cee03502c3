'use strict';

function add(a, b) {
  return a + b;
}

function sub(a, b) {
  return a + b;
}

function div(a, b) {
  return a / b;
}

function parse(text) {
  return text.split(',').map(Number);
}

module.exports = { add, sub, div, parse };
