using CsCheck;
using Xunit.Abstractions;

namespace RollbackOps.Tests.Deployments;

/// <summary>S1 and S2 over random histories (safety.md), driven through the real planner and runner.</summary>
public sealed class RandomHistoryTests(ITestOutputHelper output)
{
    private const int Histories = 10_000;

    // No sum of these comes near the 30 minutes of S1, so that milliseconds decide nothing.
    private static readonly Gen<Turn> s_turn = Gen.Select(
        Gen.Frequency(
            (5, Gen.Const(Happening.Deploy)),
            (1, Gen.Const(Happening.FailedBuild)),
            (1, Gen.Const(Happening.LiftPin)),
            (1, Gen.Const(Happening.Block)),
            (1, Gen.Const(Happening.Unblock)),
            (1, Gen.Const(Happening.RollBack)),
            (2, Gen.Const(Happening.RollBackFurther)),
            (1, Gen.Const(Happening.RollBackToNamed)),
            (1, Gen.Const(Happening.Undo)),
            (1, Gen.Const(Happening.RollBackAndUndo))),
        Gen.Int[0, 9],
        Gen.Int[0, 2].Select(one => one == 0 ? 45 : 7),
        Gen.Frequency((4, Gen.Const(false)), (1, Gen.Const(true))),
        (happening, pick, minutes, isSick) => new Turn(happening, pick, minutes, isSick));

    [Fact]
    public async Task Choice_RandomHistories_NeverBreaksS1OrS2AndUndoIsTheIdentity()
    {
        var (choices, undos, unproven) = (0L, 0L, 0L);

        await Gen.Select(Gen.Bool, s_turn.Array[3, 7]).SampleAsync(
            async (hasOwnAddresses, turns) =>
            {
                var driver = new HistoryDriver(hasOwnAddresses);
                await driver.PlayAsync(turns);
                Interlocked.Add(ref choices, driver.Choices);
                Interlocked.Add(ref undos, driver.Undos);
                Interlocked.Add(ref unproven, driver.Unproven);
            },
            iter: Histories,
            threads: 2);

        output.WriteLine($"{Histories} histories, {choices} automatic choices, {unproven} unproven, {undos} undos");
        // Histories in which nothing is chosen would prove nothing.
        Assert.True(choices > Histories / 2, $"only {choices} choices");
        Assert.True(undos > Histories / 10, $"only {undos} undos");
        Assert.True(unproven > Histories / 10, $"only {unproven} unproven");
    }
}
