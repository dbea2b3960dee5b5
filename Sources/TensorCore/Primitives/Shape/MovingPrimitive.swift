/// A primitive that only moves elements: it takes every type, by the size of its elements.
package protocol MovingPrimitive: Primitive {}

extension MovingPrimitive {
  package func dtypes(ofInput index: Int) -> DTypeSet { .any }
  package var takesHalfPrecision: Bool { true }
}
