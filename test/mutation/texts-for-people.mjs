/** Expressions whose value decides something; inside of a text, they are still mutated. */
const deciding = new Set([
  'ConditionalExpression',
  'LogicalExpression',
  'BinaryExpression',
  'ArrowFunctionExpression',
]);

/** Whether people read this text. The strings that code compares are one word each; a script has more than one line. */
const isProse = (text) => text.trim().includes(' ') && !text.includes('\n');

function isText({ node }) {
  if (node.type === 'StringLiteral') return isProse(node.value);
  if (node.type !== 'TemplateLiteral') return false;
  const text = node.quasis.map(({ value }) => value.raw).join('');
  return isProse(text) && node.expressions.every(({ type }) => !deciding.has(type));
}

/** Other words in a message, a log line or the explanation of an error are no other behavior. */
const textsForPeople = {
  shouldIgnore: (path) => (isText(path) ? 'a text for people' : undefined),
};

/** https://stryker-mutator.io/docs/stryker-js/guides/create-a-plugin/ */
export const strykerPlugins = [{ kind: 'Ignore', name: 'texts-for-people', value: textsForPeople }];
