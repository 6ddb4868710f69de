using CsCheck;
using RollbackOps.Runbooks;

namespace RollbackOps.Tests.Runbooks;

/// <summary>Command lines in plain text are found; sentences are not.</summary>
public sealed class PlainCommandTests
{
    private static readonly string[] s_programs = [.. ProgramTables.ByName.Keys];

    private static readonly string[] s_words =
    [
        "push", "run", "rollback", "list", "deploy", "main", "production", "branch", "commit", "history", "release", "test", "logs", "force",
        "remove", "reset", "health", "team", "service", "deployment", "error", "charts", "fast", "again", "first", "slowly", "checks",
    ];

    private static readonly string[] s_joints = ["the", "is", "and", "to", "of", "a", "that", "which", "should", "when", "we", "with"];

    // As wrapped prose has it: a line that begins with a program's name and goes on in words.
    private static readonly Gen<string> s_sentence = Gen.Select(
        Any(s_programs), Any(s_words), Any(s_joints),
        Gen.OneOf(Any(s_words), Any(s_joints)).Array[1, 12], Gen.Bool,
        (program, word, joint, rest, ends) => $"{program} {word} {joint} {string.Join(' ', rest)}{(ends ? "." : string.Empty)}");

    [Fact]
    public void Sentences_ThatBeginWithAProgram_AreNoCommands() =>
        s_sentence.Array[1, 5].Sample(sentences => Assert.Empty(Read(string.Join('\n', sentences))));

    [Fact]
    public void Words_WithoutAProgramInFront_AreNoCommands() => Gen.OneOf(Any(s_words), Any(s_joints), Any(s_programs))
        .Array[1, 12].Sample(words => Assert.Empty(Read("Then " + string.Join(' ', words))));

    [Theory]
    [InlineData("git push -f", "git push -f")]
    [InlineData("$ git status", "git status")]
    [InlineData("me@host:~/app$ git status", "git status")]
    [InlineData("  2. git push origin main --force", "git push origin main --force")]
    [InlineData("• curl https://example.com/health", "curl https://example.com/health")]
    [InlineData("GIT_TRACE=1 git push origin main", "git push origin main")]
    [InlineData("sudo -u deploy git push origin main", "sudo -u deploy git push origin main")]
    [InlineData("git \\\n  push \\\n  -f", "git push -f")]
    [InlineData("npm test", "npm test")]
    public void Line_OfACommand_IsOne(string text, string command) => Assert.Equal(command, Assert.Single(Read(text)).Text);

    [Theory]
    [InlineData("SHA=$(git log -n 1 | head -1)", "git log -n 1", "head -1")]
    [InlineData("cd app && git push -f; curl -f https://example.com/", "cd app", "git push -f", "curl -f https://example.com/")]
    [InlineData("pg_dump shop | psql -d copy", "pg_dump shop", "psql -d copy")]
    public void Line_OfSeveral_IsAllOfThem(string text, params string[] commands) =>
        Assert.Equal(commands, Read(text).Select(command => command.Text));

    [Theory]
    [InlineData("git is a version control system")]
    [InlineData("vercel provides automatic rollback on failure.")]
    [InlineData("Git push --force is dangerous")]
    [InlineData("curl the health endpoint")]
    [InlineData("helm charts matter")]
    [InlineData("# git push --force")]
    [InlineData("npm run the smoke tests, then wait")]
    [InlineData("kubectl: see the other page")]
    public void Line_OfProse_IsNone(string text) => Assert.Empty(Read(text));

    private static Gen<string> Any(string[] words) => Gen.Int[0, words.Length - 1].Select(at => words[at]);

    private static List<ShellCommand> Read(string text) => PlainCommands.Read(new RunbookText(RunbookText.Split(text)), static _ => false);
}
