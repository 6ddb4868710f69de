using System.Management.Automation;
using System.Reflection;
using RollbackTools.Commands;

namespace RollbackTools.Tests.Conventions;

/// <summary>The exported cmdlets, by reflection.</summary>
internal static class CommandTypes
{
    public static IReadOnlyList<Type> All { get; } =
    [
        .. typeof(InvokeRollbackCommand).Assembly.GetExportedTypes()
            .Where(type => type.GetCustomAttribute<CmdletAttribute>() is not null),
    ];

    public static TheoryData<string> Names => [.. All.Select(type => type.Name)];

    public static Type Find(string name) => All.Single(type => type.Name == name);

    public static CmdletAttribute Cmdlet(this Type type) => type.GetCustomAttribute<CmdletAttribute>()!;

    public static string CmdletName(this Type type) => $"{type.Cmdlet().VerbName}-{type.Cmdlet().NounName}";

    /// <summary>Its parameters, inherited ones included.</summary>
    public static IEnumerable<PropertyInfo> Parameters(this Type type) =>
        type.GetProperties().Where(property => property.GetCustomAttributes<ParameterAttribute>().Any());
}
