using System.Text.Json.Nodes;
using RollbackOps.Rollbacks;
using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Statements;

/// <summary>The safety gates of Invoke-Rollback: what each refuses, and what goes on in spite of it (S1, S37).</summary>
public sealed class GateTests : IDisposable
{
    private readonly ReleaseFolder _folder = new();
    private readonly Session _session;

    public GateTests() => _session = new Session(_folder.Root);

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Choice_OfUnknownHealthNotProbed_IsRefusedAndRecorded()
    {
        ForgetWhatServed();

        var outcome = _session.Run("Invoke-Rollback -Reason r -Confirm:$false");

        Assert.Equal("TargetUnproven", outcome.ErrorId());
        Assert.Equal(RollbackStatus.Refused, outcome.Single<RollbackResult>().Status);
        Assert.Contains($"-Target {_folder.Previous}", outcome.Told, StringComparison.Ordinal);
        Assert.Equal(_folder.Current, _folder.LiveId);
        Assert.Equal(RollbackStatus.Refused, _session.Run("Get-RollbackLog").Clean().Single<RollbackLogEntry>().Status);
    }

    [Fact]
    public void Target_OfUnknownHealthButNamed_GoesOnWithAWarning()
    {
        ForgetWhatServed();

        var result = _session.Run($"Invoke-Rollback -Target {_folder.Previous} -Reason r -Confirm:$false").Clean().Single<RollbackResult>();

        Assert.Equal((RollbackStatus.Succeeded, _folder.Previous), (result.Status, _folder.LiveId));
        Assert.Contains(result.Warnings, warning => warning.Id == "HealthUnknown");
    }

    [Fact]
    public void UnhealthyTarget_Allowed_GoesThroughAndStandsInResultAndReport()
    {
        // The target ends before it listens: that is a failed probe.
        _folder.Configure(configuration =>
            configuration["platform"]!["probe"] = new JsonObject { ["command"] = new JsonArray("false") });

        AssertGate("TargetUnhealthy", "AllowUnhealthyTarget");
    }

    [Fact]
    public void SchemaMismatch_Allowed_GoesThroughAndStandsInResultAndReport()
    {
        using var repository = new MigratedRepository();
        _folder.SetCommit(_folder.Previous, repository.Before);
        _folder.SetCommit(_folder.Current, repository.After);
        _folder.Configure(configuration => configuration["repository"] = new JsonObject
        {
            ["path"] = repository.Path,
            ["migrations"] = new JsonArray(MigratedRepository.Migrations),
        });

        AssertGate("TargetNotEligible", "AllowSchemaMismatch");
    }

    [Fact]
    public void Schema_DatabaseAheadOfTheTarget_IsRefusedUntilTheTargetDeclaresTheLevel()
    {
        using var repository = new MigratedRepository();
        Migrate(repository);

        var refused = _session.Run("Invoke-Rollback -Reason r -Confirm:$false");

        Assert.Equal("TargetNotEligible", refused.ErrorId());
        Assert.Contains("the database is at Knex: 2.sql", refused.Told, StringComparison.Ordinal);
        Assert.Contains("-AllowSchemaMismatch", refused.Told, StringComparison.Ordinal);

        _folder.Declare(_folder.Previous, "schemaMax", "2");
        var before = _folder.Contents();
        var plan = _session.Run("Invoke-Rollback -Reason r -WhatIf").Clean().Single<RollbackPlan>();

        Assert.Equal((SchemaGateStatus.Passed, "Knex: 2.sql", false), (plan.SchemaGate.Status, plan.SchemaGate.Level, plan.SchemaGate.IsLevelRecorded));
        Assert.Equal(before, _folder.Contents());
        Assert.Equal(RollbackStatus.Succeeded, _session.Run("Invoke-Rollback -Reason r -Confirm:$false").Clean().Single<RollbackResult>().Status);
    }

    [Fact]
    public void Schema_DatabaseAheadButAllowed_StandsInResultAndReport()
    {
        using var repository = new MigratedRepository();
        Migrate(repository);

        AssertGate("TargetNotEligible", "AllowSchemaMismatch");
    }

    [Fact]
    public void Schema_DatabaseGone_TellsTheRecordedLevelAndItsAge()
    {
        using var repository = new MigratedRepository();
        Migrate(repository);
        _folder.Declare(_folder.Previous, "schemaMax", "2");
        _session.Run("Backup-Database -Confirm:$false").Clean();
        File.Delete(_folder.Database);

        var plan = _session.Run("New-RollbackPlan -Reason r").Clean().Single<RollbackPlan>();

        Assert.Equal((SchemaGateStatus.Passed, true), (plan.SchemaGate.Status, plan.SchemaGate.IsLevelRecorded));
        Assert.Contains("its level was Knex: 2.sql when it was last recorded, 0 minutes ago", plan.SchemaGate.Detail, StringComparison.Ordinal);
        Assert.Contains(plan.Warnings, warning => warning.Id == "SchemaUnproven");
    }

    /// <summary>The live release came with a migration, which is applied to the database.</summary>
    private void Migrate(MigratedRepository repository)
    {
        _folder.AddDatabase("CREATE TABLE knex_migrations (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO knex_migrations VALUES (1, '2.sql')");
        _folder.SetCommit(_folder.Previous, repository.Before);
        _folder.SetCommit(_folder.Current, repository.After);
        _folder.Configure(configuration => configuration["repository"] = new JsonObject { ["path"] = repository.Path });
    }

    [Fact]
    public void InFlight_Allowed_GoesThroughAndStandsInResultAndReport()
    {
        _folder.Add(DateTimeOffset.UtcNow.AddMinutes(-1), "building");

        AssertGate("DeploymentInFlight", "AllowInFlight");
    }

    /// <summary>Refused without its override; with it and a reason the rollback is made, and both are told.</summary>
    private void AssertGate(string refusal, string gate)
    {
        const string Reason = "we looked at it";
        Assert.Equal(refusal, _session.Run("Invoke-Rollback -Reason r -Confirm:$false").ErrorId());
        Assert.Equal(_folder.Current, _folder.LiveId);

        var result = _session.Run($"Invoke-Rollback -{gate} -Reason '{Reason}' -Confirm:$false -OutVariable results | New-IncidentReport; $results")
            .Clean().Output.Select(one => one.BaseObject).OfType<RollbackResult>().Single();

        Assert.Equal((RollbackStatus.Succeeded, _folder.Previous), (result.Status, _folder.LiveId));
        var told = Assert.Single(result.Overrides);
        Assert.Equal((gate, Reason), (told.Name, told.Reason));
        var report = File.ReadAllText(Assert.Single(Directory.GetFiles(Path.Combine(_folder.State, "reports"), "*.md")));
        Assert.Contains($"**{gate}**: {Reason}", report, StringComparison.Ordinal);
    }

    /// <summary>Without the record of what served when, nothing is known of any release's health.</summary>
    private void ForgetWhatServed() => File.Delete(Path.Combine(_folder.Root, "revisions.log"));
}
