import LayerPlanner
import Testing

struct IgnoreMemoTests {
  @Test(arguments: [
    "*\n!docker\ndocker/**/*.md\n", "docs/**\n!docs\ndocs/x\n", "a\n!a/b\n", "**/x\n!keep/x\n", "",
  ])
  func whatIsKeptOfDirectoriesChangesNoAnswer(file: String) throws {
    let rules = try IgnoreRules(file: Array(file.utf8))
    let names = ["a", "b", "x", "docs", "docker", "keep", "c.md"]
    var memo = IgnoreRules.Memo()
    for first in names {
      for second in names {
        for path in [first, "\(first)/\(second)", "\(first)/\(second)/x", "\(first)/b/\(second)"] {
          let bytes = Array(path.utf8)
          #expect(try rules.decide(bytes, memo: &memo) == rules.decide(bytes), "\(path)")
        }
      }
    }
  }

  @Test func manyDirectoriesAreForgottenAgain() throws {
    let rules = try IgnoreRules(file: Array("*\n!keep\n".utf8))
    var memo = IgnoreRules.Memo()
    for index in 0..<20_001 {
      #expect(try rules.decide(Array("d\(index)/f".utf8), memo: &memo)?.isExcluded == true)
    }
    #expect(try rules.decide(Array("keep/f".utf8), memo: &memo)?.isExcluded == false)
  }
}
