using RollbackOps.Adapters.Runbooks;
using RollbackOps.Runbooks;

namespace RollbackOps.Adapters.Tests.Runbooks;

/// <summary>Rules carry the versions that they hold for.</summary>
public sealed class ToolVersionTests
{
    [Theory]
    [InlineData("gh run watch 123", "gh", "2.22", null)]
    [InlineData("gh run watch 123", "gh", "v2.23.0", "gh 2.23 and later")]
    [InlineData("npm run x --from=5m", "npm", "6.14.18", null)]
    [InlineData("npm run x --from=5m", "npm", "11", "npm 7 and later")]
    [InlineData("git push -f", "git", "1.7", "git, every version")]
    [InlineData("kubectl rollout restart deployment/web", "kubectl", "1.32.9", "kubectl 1.32")]
    [InlineData("kubectl rollout restart deployment/web", "kubectl", "1.20", "kubectl 1.32; not held against kubectl 1.20")]
    [InlineData("vercel --prod --inspect", "vercel", "39.1.0", "vercel 60.1.3; not held against vercel 39.1.0")]
    [InlineData("vercel --prod --inspect", "git", "2.39", "vercel 60.1.3")]
    public void Finding_OfAProgramInAnotherVersion_IsLeftOutOrSaysSo(string line, string program, string version, string? versions)
    {
        var tools = ToolVersions.Of(new Dictionary<string, object?> { [program] = version });

        var found = new RunbookChecker(new RunbookReader(), tools).Check("/runbooks/rollback.sh", line, scripts: null);

        Assert.Equal(versions, found.Select(finding => finding.Versions).FirstOrDefault());
    }

    [Theory]
    [InlineData("ghh", "2.23", "did you mean 'gh'?")]
    [InlineData("gh", "new", "is no version of gh")]
    [InlineData("gh", 2.1, "is no version of gh")]
    public void Version_ThatIsNone_IsRefused(string program, object version, string message)
    {
        var refused = Assert.Throws<RollbackOpsException>(() => ToolVersions.Of(new Dictionary<string, object?> { [program] = version }));

        Assert.Equal(ErrorId.InvalidArgument, refused.Id);
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    /// <summary>What the words say and what is compared is the same.</summary>
    [Fact]
    public void Rules_TheirWordsAndTheirFirstVersion_Agree() => Assert.All(
        RunbookRules.All.Where(rule => rule.Programs.All(ProgramTables.ByName.ContainsKey)),
        rule => Assert.True(
            rule.Since is { } since
                ? rule.Versions.Contains(since.Minor == 0 ? $" {since.Major}" : $" {since}", StringComparison.Ordinal)
                : rule.Versions.EndsWith("every version", StringComparison.Ordinal) || rule.Versions.StartsWith(rule.Programs[0] + " ", StringComparison.Ordinal),
            $"{rule.Id}: {rule.Versions}"));
}
