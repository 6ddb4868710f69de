using System.Text.RegularExpressions;
using RollbackTools.Tests.Hosting;
using YamlDotNet.RepresentationModel;

namespace RollbackTools.Tests.Examples;

/// <summary>A step of a workflow that runs a script.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shell">The shell that it asks for; bash by default.</param>
/// <param name="Script">The script.</param>
/// <param name="Environment">Its variables, and those of its job and workflow, as they are written.</param>
/// <param name="If">Its condition, or null.</param>
internal sealed record WorkflowStep(string Name, string Shell, string Script, IReadOnlyDictionary<string, string> Environment, string? If);

/// <summary>A workflow of examples/github-actions, as its YAML says.</summary>
internal sealed partial class Workflow
{
    private readonly YamlMappingNode _root;

    public Workflow(string name)
    {
        var stream = new YamlStream();
        using var text = File.OpenText(Path.Combine(Folder, name));
        stream.Load(text);
        _root = (YamlMappingNode)stream.Documents[0].RootNode;
    }

    public static string Folder { get; } = Path.Combine(Checkout.Root, "examples", "github-actions");

    /// <summary>The steps that run something, in order.</summary>
    public IReadOnlyList<WorkflowStep> Steps => [.. Jobs.SelectMany(job => ((YamlSequenceNode)job["steps"]).Children
        .Cast<YamlMappingNode>()
        .Where(step => step.Children.ContainsKey("run"))
        .Select(step => new WorkflowStep(
            Text(step, "name")!, Text(step, "shell") ?? "bash", Text(step, "run")!, VariablesOf(_root, job, step), Text(step, "if"))))];

    /// <summary>The inputs that it is started with.</summary>
    public IReadOnlyList<string> Inputs => [.. ((YamlMappingNode)_root["on"]["workflow_dispatch"]["inputs"]).Children.Keys.Select(key => key.ToString())];

    /// <summary>The actions that it uses.</summary>
    public IReadOnlyList<string> Uses => [.. Jobs.SelectMany(job => ((YamlSequenceNode)job["steps"]).Children.Cast<YamlMappingNode>())
        .Select(step => Text(step, "uses")).OfType<string>()];

    public string ConcurrencyGroup => _root["concurrency"]["group"].ToString();

    public bool CancelsInProgress => _root["concurrency"]["cancel-in-progress"].ToString() == "true";

    /// <summary>A value with its expressions replaced by what they stand for; by nothing where that is not said.</summary>
    public static string Evaluate(string value, IReadOnlyDictionary<string, string> known) =>
        Expression().Replace(value, match => known.GetValueOrDefault(match.Groups[1].Value, string.Empty));

    private IEnumerable<YamlMappingNode> Jobs => ((YamlMappingNode)_root["jobs"]).Children.Values.Cast<YamlMappingNode>();

    private static Dictionary<string, string> VariablesOf(params YamlMappingNode[] levels)
    {
        var all = new Dictionary<string, string>();
        foreach (var level in levels.Where(level => level.Children.ContainsKey("env")))
        {
            foreach (var (name, value) in (YamlMappingNode)level["env"])
            {
                all[name.ToString()] = value.ToString();
            }
        }

        return all;
    }

    private static string? Text(YamlMappingNode node, string key) => node.Children.TryGetValue(key, out var value) ? value.ToString() : null;

    [GeneratedRegex(@"\$\{\{\s*(.+?)\s*\}\}")]
    private static partial Regex Expression();
}
