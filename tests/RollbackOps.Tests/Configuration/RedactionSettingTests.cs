namespace RollbackOps.Tests.Configuration;

/// <summary>The redaction section.</summary>
public sealed class RedactionSettingTests
{
    [Fact]
    public void Read_Patterns_AreTakenInOrder() => Assert.Equal(["C-\\d+", "x(?<secret>y)"],
        Configured.Read("""{ "redaction": { "patterns": ["C-\\d+", "x(?<secret>y)"] } }""").Settings.Redaction.Patterns);

    [Theory]
    [InlineData("""{ "patterns": ["("] }""", "is no regular expression")]
    [InlineData("""{ "patterns": ["a*"] }""", "would mask everywhere")]
    [InlineData("""{ "pattern": [] }""", "did you mean 'patterns'?")]
    [InlineData("""{ "patterns": "a" }""", "expects a list of regular expressions")]
    public void Read_FaultyPatterns_AreRefused(string section, string told) =>
        Assert.Contains(told, Configured.Refused($$"""{ "redaction": {{section}} }""").Message, StringComparison.Ordinal);
}
