using System.Globalization;
using RollbackOps.Adapters;
using RollbackOps.Configuration;
using RollbackOps.Redaction;
using RollbackOps.Rollbacks;

namespace RollbackOps.Bench;

/// <summary>A project on the stand-in, as both programs know it: one folder, new for each run.</summary>
internal sealed class VercelProject : IDisposable
{
    private static readonly string[] s_aliases = ["shop.example", "www.shop.example", "shop-acme.vercel.app"];

    public VercelProject(Uri api)
    {
        Root = Directory.CreateTempSubdirectory("rollbackops-bench-").FullName;
        Configuration = Path.Combine(Root, "rollback.json");
        var addresses = string.Join(", ", s_aliases.Select(alias => $"\"{api}site/{alias}\""));
        // As many confirming reads as ever, in less time: they follow what is measured here.
        File.WriteAllText(Configuration, $$"""
            {
              "project": "shop",
              "platform": {
                "type": "vercel",
                "vercel": { "project": "{{VercelStandIn.Project}}", "team": "{{VercelStandIn.Team}}", "api": "{{api.AbsoluteUri.TrimEnd('/')}}" }
              },
              "health": {
                "addresses": [{{addresses}}],
                "checks": [{ "name": "health", "path": "/health", "identity": { "json": "$.release" } }]
              },
              "policy": { "confirmingTime": "1s" }
            }
            """);
        Directory.CreateDirectory(Path.Combine(Root, ".vercel"));
        File.WriteAllText(Path.Combine(Root, ".vercel", "project.json"),
            $$"""{ "projectId": "{{VercelStandIn.Project}}", "orgId": "{{VercelStandIn.Team}}", "projectName": "shop" }""");
    }

    public string Root { get; }

    public string Configuration { get; }

    /// <summary>What the journal says of the one rollback made here.</summary>
    public RollbackTimes ReadTimes()
    {
        var settings = RollbackConfiguration.Read(new ConfigurationRequest { StartFolder = Root }).Settings;
        var records = new Journal(new AdapterFactory().CreateStateStore(settings, TimeProvider.System), TimeProvider.System, Redactor.Default).Read().Records;
        return new RollbackTimes(
            AtOf(JournalKind.RollbackStarted, null),
            AtOf(JournalKind.StepIntended, StepKind.Switch),
            AtOf(JournalKind.StepCompleted, StepKind.Switch),
            AtOf(JournalKind.StepCompleted, StepKind.AwaitServed),
            AtOf(JournalKind.RollbackFinished, null));

        DateTimeOffset AtOf(JournalKind kind, StepKind? step) => records.Single(record => record.Kind == kind
            && (step is null || record.Data.GetProperty("kind").GetString() == step.ToString())).At;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}

/// <summary>When a rollback came how far, by its journal.</summary>
/// <param name="Started">The plan was made, and the lease taken.</param>
/// <param name="Asked">Right before the switch was asked for.</param>
/// <param name="Switched">Every alias was read back.</param>
/// <param name="Served">The target was first seen served.</param>
/// <param name="Finished">The confirming reads were done.</param>
internal sealed record RollbackTimes(
    DateTimeOffset Started, DateTimeOffset Asked, DateTimeOffset Switched, DateTimeOffset Served, DateTimeOffset Finished)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"plan {(Asked - Started).TotalMilliseconds:0}, switch {(Switched - Asked).TotalMilliseconds:0}, served {(Served - Switched).TotalMilliseconds:0}, confirmed {(Finished - Served).TotalMilliseconds:0} ms");
}
