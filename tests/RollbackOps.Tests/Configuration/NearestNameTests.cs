using CsCheck;
using RollbackOps.Configuration;

namespace RollbackOps.Tests.Configuration;

public class NearestNameTests
{
    private static readonly string[] s_known = ["planLifetime", "probeRounds", "probeInterval", "inFlight", "is"];

    [Theory]
    [InlineData("planlifetime", "planLifetime")]
    [InlineData("planLfietime", "planLifetime")]
    [InlineData("probeRound", "probeRounds")]
    [InlineData("probInterval", "probeInterval")]
    [InlineData("inflght", "inFlight")]
    [InlineData("si", "is")]
    [InlineData("zzz", null)]
    [InlineData("", null)]
    public void Find_Misspelling_GivesTheNameMeant(string name, string? meant) =>
        Assert.Equal(meant, NearestName.Find(name, s_known));

    [Fact]
    public void Distance_OfAnyTwoNames_IsSymmetricAndZeroOnlyForTheSame() =>
        Gen.Select(Gen.String[Gen.Char["abcd"], 0, 8], Gen.String[Gen.Char["abcd"], 0, 8]).Sample((one, other) =>
            NearestName.Distance(one, other) == NearestName.Distance(other, one)
            && (NearestName.Distance(one, other) == 0) == (one == other)
            && NearestName.Distance(one, other) <= Math.Max(one.Length, other.Length));
}
