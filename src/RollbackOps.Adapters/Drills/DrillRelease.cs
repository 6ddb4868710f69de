using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using RollbackOps.Drills;

namespace RollbackOps.Adapters.Drills;

/// <summary>A release of a drill's service: what it says of itself, and how it behaves.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Fault">What is wrong with it; null for nothing.</param>
internal sealed record DrillRelease(string Id, DrillFault? Fault)
{
    private const string BehaviourFile = "behaviour.json";

    /// <summary>The id of a release made at a time.</summary>
    public static string IdAt(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);

    /// <summary>Reads a release from its folder.</summary>
    public static DrillRelease Read(string folder)
    {
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, BehaviourFile)))!;
        return new DrillRelease(Path.GetFileName(folder), json["fault"] is null ? null : new DrillFault
        {
            IsDown = (bool)json["fault"]!["isDown"]!,
            ErrorPercent = (double)json["fault"]!["errorPercent"]!,
            SlowPercent = (double)json["fault"]!["slowPercent"]!,
            SlowBy = TimeSpan.FromTicks((long)json["fault"]!["slowByTicks"]!),
            DamagesData = (bool)json["fault"]!["damagesData"]!,
        });
    }

    /// <summary>Writes a release as a deploy script leaves it.</summary>
    /// <param name="root">The release directory.</param>
    /// <param name="at">When it is made.</param>
    /// <param name="subject">What its commit says.</param>
    /// <param name="state">Its state: ready, building.</param>
    /// <param name="fault">What is wrong with it; null for nothing.</param>
    public static string Write(string root, DateTimeOffset at, string subject, string state, DrillFault? fault)
    {
        var id = IdAt(at);
        var folder = Directory.CreateDirectory(Path.Combine(root, "releases", id)).FullName;
        File.WriteAllText(Path.Combine(folder, BehaviourFile), new JsonObject
        {
            ["fault"] = fault is null ? null : new JsonObject
            {
                ["isDown"] = fault.IsDown,
                ["errorPercent"] = fault.ErrorPercent,
                ["slowPercent"] = fault.SlowPercent,
                ["slowByTicks"] = fault.SlowBy.Ticks,
                ["damagesData"] = fault.DamagesData,
            },
        }.ToJsonString());
        WriteState(root, id, at, subject, state, fault);
        File.WriteAllText(Path.Combine(folder, "build.log"), "restore ok\ncompile ok\npackage ok\n");
        return id;
    }

    /// <summary>Notes in the release directory that a release went live.</summary>
    public static void NoteDeployed(string root, string id) => File.AppendAllText(
        Path.Combine(root, "revisions.log"), $"Branch main (at {CommitOf(id)[..7]}) deployed as release {id} by deploy\n");

    /// <summary>Writes what a release says of itself.</summary>
    public static void WriteState(string root, string id, DateTimeOffset at, string subject, string state, DrillFault? fault)
    {
        var isMigrating = fault is { DamagesData: true };
        var json = JsonSerializer.Serialize(new JsonObject
        {
            ["id"] = id,
            ["commit"] = CommitOf(id),
            ["subject"] = subject,
            ["author"] = "drill",
            ["branch"] = "main",
            ["createdAt"] = at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            ["state"] = state,
            // A good release works with the next level, too: that is what lets code go back across a migration.
            ["schemaMin"] = isMigrating ? "2" : "1",
            ["schemaMax"] = "2",
        });
        var file = Path.Combine(root, "releases", id, "release.json");
        File.WriteAllText(file + ".next", json);
        File.Move(file + ".next", file, overwrite: true);
    }

    private static string CommitOf(string id) => $"{id}d1d1d1d1d1d1d1d1d1d1d1d1d1d1"[..40];
}
