using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RollbackOps.Configuration.Shapes;

namespace RollbackOps.Configuration;

/// <summary>Makes a first configuration from what a folder holds. It reads files only; no program is run (S42).</summary>
internal sealed class ScaffoldMaker
{
    // Files of foreign tools beyond this size are not what they are named after.
    private const int MostBytes = 1024 * 1024;

    private static readonly JsonSerializerOptions s_indented =
        new(SchemaDefinitions.Readable) { WriteIndented = true };

    private readonly string _folder;
    private readonly List<ScaffoldFinding> _findings = [];
    private JsonObject? _vercel;
    private string? _workflow;

    private ScaffoldMaker(string folder) => _folder = folder;

    /// <summary>Makes the configuration; nothing is written.</summary>
    /// <param name="folder">The folder to configure, absolute.</param>
    /// <param name="project">The project's name, or null to take what is found.</param>
    public static ConfigurationScaffold Make(string folder, string? project)
    {
        if (!Directory.Exists(folder))
        {
            throw new RollbackOpsException(
                ErrorId.InvalidArgument,
                $"There is no folder {folder} to write a configuration into.",
                "Make the folder first, or name another one.",
                folder);
        }

        return new ScaffoldMaker(folder).Make(project);
    }

    private ConfigurationScaffold Make(string? project)
    {
        var release = FindReleases();
        var repository = FindRepository();
        var name = project ?? FindProject(repository);
        FindVercel(hasReleases: release is not null);
        FindWorkflow(repository, isPlatform: release is null && _vercel is null);
        if (release is null && _vercel is null && _workflow is null)
        {
            Found("releases/", "not found; set platform.root to the folder that holds releases/ and current");
        }

        var json = new JsonObject
        {
            [RollbackConfiguration.SchemaProperty] = $"./{ConfigurationSchema.FileName}",
            [Name(nameof(RollbackSettings.Project))] = name,
            [Name(nameof(RollbackSettings.Platform))] = _vercel ?? Platform(release),
        };
        if (repository is not null)
        {
            json[Name(nameof(RollbackSettings.Repository))] = Repository(repository);
        }

        if (_workflow is not null)
        {
            json[Name(nameof(RollbackSettings.Github))] = GitHubScaffold.Section(_workflow);
        }

        json[Name(nameof(RollbackSettings.Health))] = Health();
        var content = json.ToJsonString(s_indented).ReplaceLineEndings("\n") + "\n";
        var path = Path.Combine(_folder, RollbackConfiguration.FileName);

        // A name given by the user may be unfit; the reader is the judge of what is written.
        RollbackConfiguration.Read(
            new ConfigurationRequest { StartFolder = _folder }, path, _folder, Encoding.UTF8.GetBytes(content));
        return new ConfigurationScaffold
        {
            Path = path,
            SchemaPath = Path.Combine(_folder, ConfigurationSchema.FileName),
            Project = name,
            Content = content,
            Findings = _findings.AsReadOnly(),
        };
    }

    private static string Name(string property) => Setting.NameOf(property);

    private JsonObject Platform(string? release) => release is null && _workflow is not null
        ? new JsonObject { [Name(nameof(PlatformSettings.Type))] = PlatformSettings.GitHubType }
        : new JsonObject
        {
            [Name(nameof(PlatformSettings.Type))] = PlatformSettings.ReleaseDirectoryType,
            [Name(nameof(PlatformSettings.Root))] = release ?? ".",
        };

    private static JsonObject Repository(GitFolder repository)
    {
        var json = new JsonObject { [Name(nameof(RepositorySettings.Path))] = repository.WorkingCopy };
        if (repository.Remote is { } remote)
        {
            json[Name(nameof(RepositorySettings.Remote))] = remote;
        }

        if (repository.Branch is { } branch)
        {
            json[Name(nameof(RepositorySettings.Branch))] = branch;
        }

        return json;
    }

    /// <summary>The default checks, spelt out: they are the first thing to adapt.</summary>
    private static JsonObject Health() => new()
    {
        [Name(nameof(HealthSettings.Addresses))] = new JsonArray(),
        [Name(nameof(HealthSettings.Checks))] = new ListShape<HealthCheckSettings>(string.Empty, SettingTable.Check)
            .ToJson(new HealthSettings().Checks),
    };

    private string? FindReleases()
    {
        if (ConfigurationLocator.IsReleaseDirectory(_folder))
        {
            Found("releases/", "this folder is a release directory; it is the platform's root");
            return ".";
        }

        var below = SubFolders().FirstOrDefault(ConfigurationLocator.IsReleaseDirectory);
        if (below is not null)
        {
            var name = Path.GetFileName(below);
            Found($"{name}/releases/", $"{name} is a release directory; it is the platform's root");
            return name;
        }

        return null;
    }

    private List<string> SubFolders()
    {
        try
        {
            return Directory.EnumerateDirectories(_folder)
                .Where(folder => Inert.Line(Path.GetFileName(folder)) == Path.GetFileName(folder))
                .Order(StringComparer.Ordinal)
                .ToList();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private GitFolder? FindRepository()
    {
        if (GitFolder.Find(_folder) is not { } git)
        {
            return null;
        }

        Found(Path.Combine(git.WorkingCopy, ".git"), git.Remote is null
            ? $"a git repository without a remote{On(git.Branch)}"
            : $"a git repository; remote {git.Remote} ({git.RemoteAddress}){On(git.Branch)}");
        return git;

        static string On(string? branch) => branch is null ? string.Empty : $", production branch {branch}";
    }

    private string FindProject(GitFolder? repository)
    {
        var package = NameIn("package.json", "name", "a Node.js package");
        var vercel = NameIn(VercelScaffold.Link, "projectName", "linked to a Vercel project");

        return new[] { package, vercel, repository?.RepositoryName, Path.GetFileName(_folder) }
            .FirstOrDefault(name => name is not null && SettingTable.ProjectName.Accepts(name)
                && LiteralSecret.Find(name) is null) ?? "project";
    }

    /// <summary>A folder with releases is a release directory, whatever else is deployed from it.</summary>
    private void FindVercel(bool hasReleases)
    {
        if (!VercelScaffold.IsProject(_folder))
        {
            return;
        }

        _vercel = hasReleases ? null : VercelScaffold.Platform(_folder, MostBytes);
        Found("vercel.json", hasReleases
            ? "a Vercel project; set platform.type to vercel if that is what is rolled back"
            : $"a Vercel project; it is the platform, and its token is taken from {new VercelSettings().Token}");
    }

    /// <summary>A workflow that rolls back is the platform only where nothing else serves.</summary>
    private void FindWorkflow(GitFolder? repository, bool isPlatform)
    {
        if (repository is null
            || GitHubScaffold.FindWorkflow(Path.Combine(_folder, repository.WorkingCopy), repository.RemoteAddress) is not { } workflow)
        {
            return;
        }

        _workflow = workflow;
        Found($".github/workflows/{workflow}", "a workflow that rolls back; "
            + (isPlatform ? "GitHub's deployments are the platform" : "it serves as -Strategy Workflow")
            + $", it is given github.inputs, and the token is taken from {new GitHubSettings().Token}");
    }

    private string? NameIn(string file, string property, string meaning)
    {
        var path = Path.Combine(_folder, file);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            if (new FileInfo(path).Length > MostBytes)
            {
                Found(file, "too large to be read");
                return null;
            }

            using var json = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions
            {
                AllowTrailingCommas = true,
                CommentHandling = JsonCommentHandling.Skip,
            });
            var name = json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
            var shown = name is null || LiteralSecret.Find(name) is not null ? string.Empty : $" named '{Inert.Line(name)}'";
            Found(file, meaning + shown);
            return name;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or IOException
            or UnauthorizedAccessException)
        {
            Found(file, "cannot be read; passed over");
            return null;
        }
    }

    private void Found(string found, string meaning) => _findings.Add(new ScaffoldFinding
    {
        Found = Inert.Line(found),
        Meaning = Inert.Line(meaning),
    });
}
