using CsCheck;
using RollbackOps.Runbooks;

namespace RollbackOps.Tests.Runbooks;

/// <summary>Shell text is taken apart as a shell would.</summary>
public sealed class ShellLexerTests
{
    [Theory]
    [InlineData("a b  c", "a b c")]
    [InlineData("a 'b c' \"d e\"", "a b c d e")]
    [InlineData("a \\\n b", "a b")]
    [InlineData("a \\\r\n b", "a b")]
    [InlineData("a # b", "a")]
    [InlineData("a b#c", "a b#c")]
    [InlineData("a > b 2>&1", "a")]
    [InlineData("a &> b", "a")]
    [InlineData("X=1 Y='2 3' a", "a")]
    [InlineData("a <run-id> x-<time>.sql", "a <run-id> x-<time>.sql")]
    [InlineData("a ${B:-c} $D ${{ e.f }}", "a ${B:-c} $D ${{ e.f }}")]
    [InlineData("a; b && c || d | e & f", "a|b|c|d|e|f")]
    [InlineData("(a; b)", "a|b")]
    [InlineData("a \"$(b \"c d\")\"", "b c d|a $(…)")]
    [InlineData("a `b`", "b|a $(…)")]
    [InlineData("a <(b)", "b|a <(…)")]
    [InlineData("a <<E\nb\nE\nc", "a|c")]
    [InlineData("a 'b\nc'\nd", "a b c|d")]
    [InlineData("a it's\nb", "a it's|b")]
    public void Text_OfAShell_IsItsCommands(string text, string commands) => Assert.Equal(commands, string.Join('|', Read(text).Select(command => command.Text)));

    [Fact]
    public void Pipeline_AndWhatFollowsAFailure_AreLinked()
    {
        var commands = Read("V=$(a | b) || true");

        Assert.Equal(["a", "b", "true"], commands.Select(command => command.Text));
        Assert.Same(commands[1], commands[0].PipedTo);
        Assert.True(commands[1].IsPipedInto);
        Assert.Equal("V", commands[0].AssignedTo);
    }

    [Fact]
    public void Text_OfAnySigns_IsReadToItsEnd() =>
        Gen.Char["ab '\"`$(){}<>|&;#\\\n\r\t=-0"].Array[0, 200].Select(signs => new string(signs)).Sample(text =>
        {
            var commands = new List<ShellCommand>();
            Assert.Equal(text.Length, new ShellLexer(text).Read(0, oneLine: false, commands));
            Assert.All(commands, command => Assert.InRange(command.End, command.Start, text.Length));
        });

    private static List<ShellCommand> Read(string text)
    {
        var commands = new List<ShellCommand>();
        new ShellLexer(text).Read(0, oneLine: false, commands);
        return commands;
    }
}
