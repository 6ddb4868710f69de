using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace RollbackTools.Tests.Sample;

/// <summary>
/// A release directory in a folder of its own, as deploy scripts leave it: three good releases, one that failed, the
/// current one; and the service that answers from what <c>current</c> leads to.
/// </summary>
internal sealed class ReleaseFolder : IDisposable
{
    private static readonly (TimeSpan Age, string State)[] s_history =
    [
        (TimeSpan.FromDays(9), "ready"),
        (TimeSpan.FromDays(6), "ready"),
        (TimeSpan.FromDays(3), "ready"),
        (TimeSpan.FromHours(2), "failed"),
        (TimeSpan.FromMinutes(40), "ready"),
    ];

    private readonly DateTimeOffset _now = DateTimeOffset.UtcNow;

    public ReleaseFolder()
    {
        Root = Directory.CreateTempSubdirectory("rollback-host-").FullName;
        foreach (var (age, state) in s_history)
        {
            Ids.Add(Add(_now - age, state));
        }

        Link(Current);
        Server = new HealthServer(() => Served ?? LiveId);
        Configure();
    }

    public string Root { get; }

    public HealthServer Server { get; }

    /// <summary>The releases, oldest first; the fourth failed, the fifth is current.</summary>
    public List<string> Ids { get; } = [];

    public string Oldest => Ids[0];

    public string Older => Ids[1];

    /// <summary>What S1 chooses.</summary>
    public string Previous => Ids[2];

    public string Failed => Ids[3];

    public string Current => Ids[4];

    /// <summary>What the service answers with whatever <c>current</c> says; null for what <c>current</c> leads to.</summary>
    public string? Served { get; set; }

    /// <summary>What the link leads to now.</summary>
    public string LiveId => Path.GetFileName(new FileInfo(Path.Combine(Root, "current")).LinkTarget!);

    /// <summary>The journal and all that goes with it.</summary>
    public string State => Path.Combine(Root, ".rollback");

    /// <summary>The service's database, where it has one.</summary>
    public string Database => Path.Combine(Root, "app.db");

    /// <summary>Adds a release.</summary>
    public string Add(DateTimeOffset at, string state = "ready")
    {
        var id = at.UtcDateTime.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
        var commit = $"{id}abcdef0123456789abcdef01234567"[..40];
        var folder = Directory.CreateDirectory(Path.Combine(Root, "releases", id)).FullName;
        File.WriteAllText(Path.Combine(folder, "release.json"), JsonSerializer.Serialize(new
        {
            id,
            commit,
            subject = $"PROD: release {id}",
            state,
            createdAt = at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        }));
        File.WriteAllText(Path.Combine(folder, "build.log"), $"built {id}\n");
        if (state == "ready")
        {
            File.AppendAllText(Path.Combine(Root, "revisions.log"),
                $"Branch main (at {commit[..7]}) deployed as release {id} by deploy\n");
        }

        return id;
    }

    /// <summary>Lets a release state another commit.</summary>
    public void SetCommit(string id, string commit) => Declare(id, "commit", commit);

    /// <summary>Lets a release state something of itself.</summary>
    public void Declare(string id, string name, string value)
    {
        var file = Path.Combine(Root, "releases", id, "release.json");
        var release = JsonNode.Parse(File.ReadAllText(file))!;
        release[name] = value;
        File.WriteAllText(file, release.ToJsonString());
    }

    /// <summary>Writes the configuration.</summary>
    /// <param name="change">Changes it from what all tests share.</param>
    public void Configure(Action<JsonObject>? change = null)
    {
        var configuration = JsonNode.Parse($$"""
            {
              "project": "shop",
              "platform": { "type": "releaseDirectory", "root": ".", "servedTimeout": "20s" },
              "health": {
                "addresses": ["{{Server.Address}}"],
                "checks": [
                  {
                    "name": "health", "path": "/health", "signal": "serviceDown",
                    "identity": { "json": "$.release", "is": "id" }
                  }
                ]
              },
              "policy": {
                "confirmingReads": 2, "confirmingTime": "50ms", "probeRounds": 2, "probeInterval": "100ms"
              }
            }
            """)!.AsObject();
        if (File.Exists(Database))
        {
            configuration["database"] = new JsonObject { ["path"] = Path.GetFileName(Database) };
        }

        change?.Invoke(configuration);
        File.WriteAllText(Path.Combine(Root, "rollback.json"), configuration.ToJsonString());
    }

    /// <summary>Gives the service a database: ten users.</summary>
    /// <param name="more">Statements for more than that.</param>
    public void AddDatabase(string more = "")
    {
        using (var connection = new SqliteConnection($"Data Source={Database};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);"
                + "INSERT INTO users WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT i, 'user ' || i FROM n;" + more;
            command.ExecuteNonQuery();
        }

        Configure();
    }

    /// <summary>Adds a webhook that rings, and somebody whom it reaches.</summary>
    public void AddContact(string channel, string? address = null)
    {
        AddChannel(channel, address ?? Server.Address);
        Change(configuration =>
        {
            configuration["notifications"]!["channels"]!.AsArray()[^1]!["webhook"]!["rings"] = true;
            configuration["escalation"] = new JsonObject
            {
                ["contacts"] = new JsonArray(new JsonObject { ["name"] = "Ann", ["level"] = "primary", ["channels"] = new JsonArray(channel) }),
            };
        });
    }

    /// <summary>Changes the configuration as it is.</summary>
    public void Change(Action<JsonNode> change)
    {
        var file = Path.Combine(Root, "rollback.json");
        var configuration = JsonNode.Parse(File.ReadAllText(file))!;
        change(configuration);
        File.WriteAllText(file, configuration.ToJsonString());
    }

    /// <summary>Adds a webhook to whom it tells.</summary>
    public void AddChannel(string name, string address)
    {
        System.Environment.SetEnvironmentVariable("ROLLBACK_TEST_HOOK", "hook-secret-0123456789");
        var file = Path.Combine(Root, "rollback.json");
        var configuration = JsonNode.Parse(File.ReadAllText(file))!;
        configuration["notifications"] ??= new JsonObject { ["budget"] = "20s", ["channels"] = new JsonArray() };
        configuration["notifications"]!["channels"]!.AsArray().Add(new JsonObject
        {
            ["name"] = name,
            ["webhook"] = new JsonObject { ["address"] = address, ["secret"] = "env:ROLLBACK_TEST_HOOK" },
        });
        File.WriteAllText(file, configuration.ToJsonString());
    }

    /// <summary>Lets a command follow the switch.</summary>
    public void Activate(params string[] command) => Configure(configuration =>
        configuration["platform"]!["activate"] = new JsonObject
        {
            ["command"] = new JsonArray([.. command.Select(argument => (JsonNode)argument)]),
        });

    /// <summary>Makes another release live, as a deploy script does.</summary>
    public void Link(string id)
    {
        var link = Path.Combine(Root, "current");
        File.Delete(link);
        File.CreateSymbolicLink(link, Path.Combine("releases", id));
    }

    /// <summary>Every file, folder and link with its content, to compare before and after.</summary>
    public IReadOnlyList<string> Contents() => ContentsOf(Root);

    /// <summary>Every file, folder and link below a folder with its content.</summary>
    public static IReadOnlyList<string> ContentsOf(string folder) =>
    [
        .. new DirectoryInfo(folder).EnumerateFileSystemInfos("*", new EnumerationOptions
            {
                RecurseSubdirectories = true,
                AttributesToSkip = FileAttributes.None,
            })
            .Select(entry => entry switch
            {
                { LinkTarget: { } target } => $"{entry.FullName} -> {target}",
                FileInfo file => $"{file.FullName} {Convert.ToHexString(File.ReadAllBytes(file.FullName))}",
                _ => entry.FullName,
            })
            .Order(StringComparer.Ordinal),
    ];

    public void Dispose()
    {
        Server.Dispose();
        Directory.Delete(Root, recursive: true);
    }
}
