using System.Text;
using System.Text.Json.Serialization.Metadata;
using RollbackOps.Redaction;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Fakes;
using RollbackOps.Tests.Redaction;

namespace RollbackOps.Tests.Rollbacks;

/// <summary>Secrets never reach the journal (S40), and nothing that is read from it depends on what is masked.</summary>
public sealed class MaskedJournalTests
{
    /// <summary>Masks every text there is.</summary>
    private const string Everything = "[\\s\\S]+";

    [Fact]
    public async Task Journal_SecretsInEveryText_HoldsNoneAndStaysTrusted()
    {
        var everything = string.Join('\n', PlantedSecrets.All.Where(planted => planted.Name != "Private key cut off").Select(planted => planted.Text));
        var world = World.WithThree(patterns: ["C-\\d+"]);
        var ids = new[] { "v1", "v2", "v3" };
        foreach (var id in ids)
        {
            world.Platform.Change(id, deployment => deployment with { Subject = $"{everything} C-4711", Author = everything, Error = everything });
        }

        var plan = await world.PlanAsync(change: request => request with { Reason = $"{everything} C-4711" });
        var result = await world.RunAsync(plan);
        await world.UndoAsync();

        var journal = Encoding.UTF8.GetString(world.Store.Bytes);
        Assert.Equal(RollbackStatus.Succeeded, result.Status);
        Assert.Contains(Redactor.Mask, result.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("C-4711", journal, StringComparison.Ordinal);
        Assert.All(PlantedSecrets.All, planted => Assert.All(planted.Secret.Split('\n'),
            part => Assert.DoesNotContain(part, journal, StringComparison.Ordinal)));
        Assert.Contains(Redactor.Mask, journal, StringComparison.Ordinal);
        Assert.True(JournalCheck.Of(world.Context).IsTrusted);
        Assert.Equal(plan.Hash, world.Ledger.Attempts[0].Plan!.ComputeHash());
    }

    [Fact]
    public async Task Resume_WithEveryTextMasked_FinishesAfterACrashAtEveryBoundary()
    {
        var rehearsal = World.WithThree(patterns: [Everything]);
        await rehearsal.RollBackAsync();
        var boundaries = rehearsal.Faults.Passed;
        Assert.True(boundaries.Count > 20);
        for (var at = 0; at < boundaries.Count; at++)
        {
            var world = World.WithThree(patterns: [Everything]);
            var plan = await world.PlanAsync();
            world.Faults.FailAt = at;
            await Assert.ThrowsAsync<CrashException>(() => world.RunAsync(plan));
            world.Store.Holder = null;
            if (world.Ledger.Attempts.Count == 0)
            {
                await world.RollBackAsync();
            }
            else if (world.Ledger.Unfinished is not null)
            {
                var result = await world.ResumeAsync();
                Assert.True(result.Status == RollbackStatus.Succeeded, $"{boundaries[at]}: {result.Status}");
            }

            Assert.Equal(("v2", "v2"), (world.Platform.Current, world.Platform.Served));
            Assert.Equal(1, world.Platform.Switches);
            Assert.Equal("v3", Assert.Single(world.Ledger.Marks).Key);
            Assert.True(JournalCheck.Of(world.Context).IsTrusted);
        }
    }

    [Fact]
    public async Task Undo_WithEveryTextMasked_GoesForwardAgain()
    {
        var world = World.WithThree(patterns: [Everything]);
        await world.RollBackAsync();

        var result = await world.UndoAsync();

        Assert.Equal(RollbackStatus.Succeeded, result.Status);
        Assert.Equal(("v3", "v3", null), (world.Platform.Current, world.Platform.Served, world.Platform.Pin));
        Assert.Empty(world.Ledger.Marks);
        Assert.Equal(Redactor.Mask, world.Ledger.Attempts[0].Plan!.Reason);
    }

    [Fact]
    public void Append_SecretThatIsAlsoATimeOrAnEnumeratedName_LeavesTheRecordReadable()
    {
        var world = World.WithThree(patterns: ["\\d{4}-\\d\\d-\\d\\d", "Pending|Switch|KnownBad", "00:0\\d:\\d\\d"]);

        world.Context.Journal.Append(JournalKind.StepCompleted, "rb-1",
            new StepData { Step = 1, Kind = StepKind.Switch, Detail = "Switch on 2026-11-28", ElapsedMilliseconds = 1 }, RollbackJson.Compact.StepData);

        var data = Assert.Single(world.Context.Journal.Read().Records).Read(RollbackJson.Compact.StepData)!;
        Assert.Equal((StepKind.Switch, $"{Redactor.Mask} on {Redactor.Mask}"), (data.Kind, data.Detail));
    }

    [Fact]
    public void Objects_AndRecords_MaskTheSameMembers()
    {
        // A type whose members are masked in one way and not in the other would let a plan's hash differ from its record.
        var types = typeof(RollbackJson).GetProperties()
            .Select(property => property.GetValue(RollbackJson.Compact)).OfType<JsonTypeInfo>()
            .Where(type => type.Kind == JsonTypeInfoKind.Object && type.Type.Assembly == typeof(Redactor).Assembly && !type.Type.IsValueType).ToList();

        Assert.True(types.Count > 50);
        Assert.All(types, type => Assert.True(type.Type.GetMethod("<Clone>$") is not null || type.Properties.All(
            property => property.PropertyType != typeof(string)), $"{type.Type.Name} is no record, so that its texts are not masked"));
    }
}
