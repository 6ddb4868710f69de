using RollbackOps.Adapters.Postgres;

namespace RollbackOps.Adapters.Tests.Postgres;

/// <summary>Where a restored sequence goes on, so that no id is given twice (S30).</summary>
public sealed class PostgresSequenceTests
{
    [Theory]
    [InlineData(50, 1, 1, 1000, false, null, 150L)]
    [InlineData(50, 1, 1, 1000, false, 149L, 150L)]
    [InlineData(50, 1, 1, 1000, false, 150L, null)]
    [InlineData(-50, -3, -1000, -1, false, null, -350L)]
    [InlineData(-50, -3, -1000, -1, false, -400L, null)]
    [InlineData(900, 1, 1, 1000, false, null, 1000L)]
    [InlineData(950, 1, 1, 1000, true, null, 50L)]
    [InlineData(1000, 1, 1, 1000, true, null, 100L)]
    [InlineData(-990, -1, -1000, -1, true, null, -90L)]
    [InlineData(7, 1, 1, 10, true, null, 7L)]
    public void Beyond_SoManyValuesLeft_IsTheReserveOn(long last, long step, long least, long most, bool isCycle, long? restored, long? expected) =>
        Assert.Equal(expected, new PostgresSequence("public", "ids", last, step, least, most, isCycle).Beyond(100, restored));

    [Theory]
    [InlineData(901, 1, 1, 1000)]
    [InlineData(-901, -1, -1000, -1)]
    [InlineData(long.MaxValue, 1, 1, long.MaxValue)]
    [InlineData(long.MinValue, long.MinValue, long.MinValue, -1)]
    public void Beyond_NotSoManyValuesLeft_IsRefused(long last, long step, long least, long most)
    {
        var refusal = Assert.Throws<RollbackOpsException>(() => new PostgresSequence("public", "ids", last, step, least, most, IsCycle: false).Beyond(100, restored: null));

        Assert.Equal(ErrorId.DatabaseUnsuitable, refusal.Id);
    }
}
