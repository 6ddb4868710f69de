using System.Collections;
using System.Management.Automation;
using System.Reflection;

namespace RollbackTools.Help;

/// <summary>Reads the parameters of one cmdlet and how its sets use them.</summary>
internal sealed class ParameterReader
{
    private const string WhatIf = "WhatIf";
    private const string Confirm = "Confirm";

    private readonly XmlComments _comments;
    private readonly string _name;
    private readonly Type _type;
    private readonly object _instance;
    private readonly Dictionary<string, ParameterHelp> _parameters = new(StringComparer.OrdinalIgnoreCase);

    public ParameterReader(XmlComments comments, string name, Type type)
    {
        _comments = comments;
        _name = name;
        _type = type;
        _instance = Activator.CreateInstance(type)!;
    }

    /// <summary>The parameters in reading order, and the sets.</summary>
    public (IReadOnlyList<ParameterUse> Parameters, IReadOnlyList<SyntaxHelp> Syntaxes) Read()
    {
        var syntaxes = new CmdletInfo(_name, _type).ParameterSets
            .OrderByDescending(set => set.IsDefault)
            .ThenBy(set => set.Name, StringComparer.Ordinal)
            .Select(Syntax)
            .ToList();
        return ([.. syntaxes.SelectMany(syntax => syntax.Parameters).DistinctBy(use => use.Parameter.Name)], syntaxes);
    }

    /// <summary>By position, then what is required, then what the pipeline gives, then as declared; inherited ones last.</summary>
    private SyntaxHelp Syntax(CommandParameterSetInfo set) => new(set.Name,
    [
        .. set.Parameters
            .Where(parameter => !Cmdlet.CommonParameters.Contains(parameter.Name))
            .Select(Use)
            .OrderBy(use => use.Position ?? int.MaxValue)
            .ThenBy(use => !use.IsRequired)
            .ThenBy(use => !use.IsByValue)
            .ThenBy(use => DepthOf(use.Parameter.Name))
            .ThenBy(use => PropertyOf(use.Parameter.Name)?.MetadataToken ?? 0)
            .ThenByDescending(use => use.Parameter.Name, StringComparer.Ordinal),
    ]);

    private ParameterUse Use(CommandParameterInfo parameter)
    {
        if (!_parameters.TryGetValue(parameter.Name, out var help))
        {
            _parameters.Add(parameter.Name, help = Describe(parameter));
        }

        return new ParameterUse
        {
            Parameter = help,
            IsRequired = parameter.IsMandatory,
            Position = parameter.Position >= 0 ? parameter.Position : null,
            IsByValue = parameter.ValueFromPipeline,
            IsByPropertyName = parameter.ValueFromPipelineByPropertyName,
        };
    }

    private ParameterHelp Describe(CommandParameterInfo parameter)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        var single = type.IsArray ? type.GetElementType()! : type;
        return new ParameterHelp
        {
            Name = parameter.Name,
            Type = type.Name,
            IsSwitch = type == typeof(SwitchParameter),
            IsList = type.IsArray,
            AcceptsWildcards = parameter.Attributes.OfType<SupportsWildcardsAttribute>().Any(),
            Aliases = parameter.Aliases,
            Description = [.. Description(parameter), .. ValuesOf(single)],
            Default = Default(parameter, type),
            Values = single.IsEnum ? Enum.GetNames(single) : [],
        };
    }

    private IReadOnlyList<Prose> Description(CommandParameterInfo parameter)
    {
        switch (parameter.Name)
        {
            case WhatIf:
                return [Prose.Of("Shows what would be done, and changes nothing.")];
            case Confirm:
                var impact = _type.GetCustomAttribute<CmdletAttribute>()!.ConfirmImpact;
                return
                [
                    Prose.Of(impact == ConfirmImpact.High
                        ? "Asks before anything is changed, which is the default here; -Confirm:$false does not ask and is the switch for automation."
                        : $"Asks before anything is changed. Without it, $ConfirmPreference decides: the impact is {impact}."),
                ];
            default:
                var property = PropertyOf(parameter.Name)
                    ?? throw new InvalidDataException($"{_name} -{parameter.Name} is no property of {_type}.");
                return XmlComments.Paragraphs(_comments.Of(property)?.Element("summary"));
        }
    }

    private IEnumerable<Prose> ValuesOf(Type type) => !type.IsEnum ? [] : Enum.GetNames(type)
        .Select(value => XmlComments.Item(value, XmlComments.Summary(_comments.Of(type, value))));

    private string Default(CommandParameterInfo parameter, Type type)
    {
        if (parameter.IsMandatory)
        {
            return "None";
        }

        if (parameter.Attributes.OfType<PSDefaultValueAttribute>().FirstOrDefault() is { } stated)
        {
            return stated.Help ?? LanguagePrimitives.ConvertTo<string>(stated.Value);
        }

        return type == typeof(SwitchParameter) ? "False" : PropertyOf(parameter.Name)?.GetValue(_instance) switch
        {
            null or "" or ICollection { Count: 0 } => "None",
            var value => LanguagePrimitives.ConvertTo<string>(value),
        };
    }

    private PropertyInfo? PropertyOf(string name) => _type.GetProperty(name);

    /// <summary>How far up the cmdlet's own class a parameter is declared; the engine's own are furthest.</summary>
    private int DepthOf(string name)
    {
        var declaring = PropertyOf(name)?.DeclaringType;
        var depth = 0;
        for (var type = _type; type is not null && type != declaring; type = type.BaseType)
        {
            depth++;
        }

        return depth;
    }
}
