using RollbackOps.Runbooks;

namespace RollbackOps.Adapters.Tests.Runbooks;

/// <summary>Every rule finds its own examples and leaves their like alone.</summary>
public sealed class RuleTests
{
    public static TheoryData<string> Rules => [.. RunbookRules.All.Select(rule => rule.Id)];

    [Fact]
    public void Rules_CoverEveryProgramThatIsKnown() => Assert.All(
        new[] { "vercel", "gh", "git", "kubectl", "helm", "aws", "psql", "curl", "npm", "vercel.json", "workflow" },
        program => Assert.True(RunbookRules.Of(program).Any(), program));

    [Theory]
    [MemberData(nameof(Rules))]
    public void Rule_ItsExamples_AreFound(string id)
    {
        var rule = RunbookRules.Get(id);

        Assert.NotEmpty(rule.Matches);
        Assert.All(rule.Matches, example => Assert.True(Checked.Example(rule, example).Rules().Contains(id), example));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Rule_WhatIsLikeItsExamples_IsLeftAlone(string id)
    {
        var rule = RunbookRules.Get(id);

        Assert.NotEmpty(rule.Passes);
        Assert.All(rule.Passes, example => Assert.False(Checked.Example(rule, example).Rules().Contains(id), example));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Rule_WhatItSays_IsWholeAndSaysWhere(string id)
    {
        var rule = RunbookRules.Get(id);

        Assert.Matches("^[a-z]+(-[a-z]+)+$", rule.Id);
        Assert.DoesNotMatch(@"[.…]$", rule.Title);
        Assert.Matches(@"\.( ?\{\d\})?$", rule.Does);
        var found = Checked.Example(rule, rule.Matches[0]).First(finding => finding.Rule == id);
        Assert.True(Uri.TryCreate(found.Source, UriKind.Absolute, out var source) && source.Scheme == "https", found.Source);
        Assert.DoesNotMatch(@"\{\d\}", $"{found.Title} {found.Does} {found.Instead} {found.Source} {found.Versions}");
        Assert.NotEmpty(found.Instead);
        Assert.NotEmpty(found.Versions);
    }

    // A rule is either conditions in the data or a check in code, and never neither.
    [Theory]
    [MemberData(nameof(Rules))]
    public void Rule_When_IsWritten(string id) =>
        Assert.NotEqual(RunbookRules.Get(id).Conditions.Count > 0, RunbookRules.Get(id).Check is not null);
}
