using System.Reflection;
using System.Text.Json.Nodes;
using RollbackOps.Adapters.ReleaseDirectory;
using RollbackOps.Configuration;
using RollbackOps.Drills;

namespace RollbackOps.Adapters.Drills;

/// <summary>Lays out a drill's folder: a release directory with a history, its configuration, and the service's commands.</summary>
internal sealed class DrillLayout
{
    /// <summary>The variable that the configuration refers to for the key of the team's channel.</summary>
    public const string Key = "env:ROLLBACK_DRILL_KEY";

    private const string Resource = "RollbackOps.Adapters.Drills.service.sh";
    private static readonly TimeSpan[] s_ages = [TimeSpan.FromDays(9), TimeSpan.FromDays(6), TimeSpan.FromDays(2)];

    private static readonly TimeSpan s_served = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_leastServed = TimeSpan.FromSeconds(3);

    private readonly DrillGroundRequest _request;
    private readonly string _root;

    public DrillLayout(DrillGroundRequest request)
    {
        _request = request;
        _root = request.Folder;
    }

    public string ConfigurationFile => Path.Combine(_root, RollbackConfiguration.FileName);

    public string DatabaseFile => Path.Combine(_root, "shared", "app.db");

    public string AccessLogFile => Path.Combine(_root, "shared", "access.log");

    public string ControlFolder => Path.Combine(_root, "control");

    /// <summary>Takes the folder: a new or empty one, or what an earlier drill left, which is cleared.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.DrillRefused"/>: it is somebody else's.</exception>
    public void Take()
    {
        try
        {
            Directory.CreateDirectory(_root);
            if (Directory.EnumerateFileSystemEntries(_root).Any())
            {
                Clear();
            }

            File.WriteAllText(Path.Combine(_root, DrillGuard.Marker), _request.Id + "\n");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw DrillGuard.Refused($"'{_root}' cannot be laid out: {failure.Message}", _root);
        }
    }

    /// <summary>Writes releases, database and commands; gives the release that is live.</summary>
    /// <param name="now">The time, by the product's clock.</param>
    /// <param name="messages">How many messages there are at first.</param>
    public string Write(DateTimeOffset now, int messages)
    {
        Directory.CreateDirectory(Path.Combine(_root, "shared"));
        var live = string.Empty;
        foreach (var age in s_ages)
        {
            live = DrillRelease.Write(_root, now - age, $"PROD: release of {now - age:yyyy-MM-dd}", "ready", fault: null);
            DrillRelease.NoteDeployed(_root, live);
        }

        new CurrentLink(_root).Switch(live, "layout");
        DrillDatabase.Create(DatabaseFile, messages);
        using var script = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException("The service's commands are missing.");
        using var file = File.Create(Path.Combine(_root, "service.sh"));
        script.CopyTo(file);
        return live;
    }

    /// <summary>Writes the configuration.</summary>
    /// <param name="addresses">The service's addresses.</param>
    /// <param name="channel">The team's channel; null for none.</param>
    public void Configure(IEnumerable<Uri> addresses, Uri? channel)
    {
        var configuration = new JsonObject
        {
            ["project"] = "drill",
            ["platform"] = new JsonObject
            {
                ["type"] = "releaseDirectory",
                ["root"] = ".",
                ["activate"] = Command("restart"),
                ["probe"] = Command("serve", "{release}", "{port}"),
                ["servedTimeout"] = Duration.Format(Longer(s_served, s_leastServed * _request.TimeScale)),
            },
            ["health"] = new JsonObject
            {
                ["addresses"] = new JsonArray([.. addresses.Select(address => (JsonNode)address.ToString())]),
                ["timeout"] = Patience(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(5)),
                ["checks"] = new JsonArray(new JsonObject
                {
                    ["name"] = "health",
                    ["path"] = "/health",
                    ["signal"] = "serviceDown",
                    ["identity"] = new JsonObject { ["json"] = "$.release", ["is"] = "id", ["startedAt"] = "$.startedAt" },
                }),
            },
            ["database"] = new JsonObject
            {
                ["path"] = "shared/app.db",
                ["backups"] = "backups",
                ["timeout"] = Patience(TimeSpan.FromSeconds(30), TimeSpan.FromHours(1)),
                ["migrationQuery"] = DrillDatabase.Level,
                ["stop"] = Command("stop"),
                ["start"] = Command("start"),
                ["smoke"] = Command("smoke"),
                ["audits"] = new JsonArray(new JsonObject { ["name"] = "no-damaged-message", ["query"] = DrillDatabase.Audit }),
            },
        };
        if (channel is not null)
        {
            configuration["notifications"] = new JsonObject
            {
                ["budget"] = Patience(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10)),
                ["channels"] = new JsonArray(new JsonObject
                {
                    ["name"] = "team",
                    ["webhook"] = new JsonObject { ["address"] = new Uri(channel, "/team").ToString(), ["secret"] = Key },
                }),
            };
        }

        File.WriteAllText(ConfigurationFile, configuration.ToJsonString(new() { WriteIndented = true }));
    }

    private JsonObject Command(params string[] arguments) => new()
    {
        ["command"] = new JsonArray([.. arguments.Prepend(Path.Combine(_root, "service.sh")).Prepend("/bin/sh").Select(argument => (JsonNode)argument)]),
        ["timeout"] = Patience(TimeSpan.FromSeconds(30), TimeSpan.FromHours(1)),
    };

    /// <summary>What the machine itself may take is not made shorter by a clock that runs faster.</summary>
    private string Patience(TimeSpan real, TimeSpan most)
    {
        var scaled = TimeSpan.FromSeconds(Math.Ceiling(real.TotalSeconds * _request.TimeScale));
        return Duration.Format(scaled < most ? scaled : most);
    }

    /// <summary>In whole seconds, as settings are written.</summary>
    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => TimeSpan.FromSeconds(Math.Ceiling((one > other ? one : other).TotalSeconds));

    private void Clear()
    {
        if (DrillGuard.ReadMarker(_root) is null)
        {
            throw DrillGuard.Refused($"'{_root}' is not empty, and no drill laid it out", _root);
        }

        // The mark goes last, or what is left could not be cleared.
        foreach (var entry in new DirectoryInfo(_root).EnumerateFileSystemInfos().Where(entry => entry.Name != DrillGuard.Marker))
        {
            if (entry is DirectoryInfo { LinkTarget: null } folder)
            {
                folder.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }
    }
}
