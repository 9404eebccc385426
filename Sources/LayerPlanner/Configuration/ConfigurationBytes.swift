/// The characters of git's configuration syntax. Only ASCII counts, whatever the locale.
extension UInt8 {
  /// Space, tab, carriage return and line feed; form feed and vertical tab are not.
  var isConfigurationSpace: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }
  /// `A` to `Z` and `a` to `z`.
  var isConfigurationLetter: Bool { (0x61...0x7A).contains(self | 0x20) }
  /// A letter, a digit or `-`.
  var isConfigurationKeyCharacter: Bool {
    isConfigurationLetter || (0x30...0x39).contains(self) || self == UInt8(ascii: "-")
  }
  /// The small letter of a capital one.
  var configurationLowercase: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
}
