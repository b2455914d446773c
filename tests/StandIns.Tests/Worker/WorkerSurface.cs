using System.Reflection;
using System.Runtime.CompilerServices;

namespace Serverless.StandIns.Tests.Worker;

/// <summary>Writes what a type shows, as the file beside this one has it: its head, and a line for each member.</summary>
internal static class WorkerSurface
{
    private const BindingFlags Shown = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>Such as <c>sealed class TimerTriggerAttribute</c>.</summary>
    public static string Head(Type type) => (type switch
    {
        { IsEnum: true } => "enum ",
        { IsInterface: true } => "interface ",
        _ when typeof(Delegate).IsAssignableFrom(type) => "delegate ",
        { IsAbstract: true, IsSealed: true } => "static class ",
        { IsAbstract: true } => "abstract class ",
        { IsSealed: true } => "sealed class ",
        _ => "class ",
    }) + Name(type);

    /// <summary>What it is made of: its base, if it has one of its own, and its interfaces.</summary>
    public static IEnumerable<string> Bases(Type type) => type.IsEnum || typeof(Delegate).IsAssignableFrom(type)
        ? []
        : new[] { type.BaseType }
            .Where(known => known is not null && known != typeof(object))
            .Concat(type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? []))
            .Select(known => Name(known!));

    public static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return [string.Join(", ", Enum.GetNames(type).Select(name => $"{name}={Convert.ToInt32(Enum.Parse(type, name), null)}"))];
        }

        if (typeof(Delegate).IsAssignableFrom(type))
        {
            return [Method(type.GetMethod("Invoke")!)];
        }

        return type.GetConstructors(Shown).Where(IsShown).Select(made => $"ctor{Parameters(made)}")
            .Concat(type.GetProperties(Shown).Where(property => IsShown(property.GetMethod!)).Select(Property))
            .Concat(type.GetMethods(Shown).Where(method => IsShown(method) && !method.IsSpecialName).Select(Method));
    }

    private static bool IsShown(MethodBase method) => method.IsPublic || method.IsFamily;

    private static string Property(PropertyInfo property) =>
        $"{Name(property.PropertyType)} {property.Name} {{ get;{(property.SetMethod is { } set && IsShown(set) ? " set;" : "")} }}";

    private static string Method(MethodInfo method) =>
        $"{(method.IsStatic ? "static " : "")}{Name(method.ReturnType)} {method.Name}"
        + (method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "")
        + Parameters(method);

    private static string Parameters(MethodBase method) =>
        $"({string.Join(", ", method.GetParameters().Select((parameter, index) =>
            (index == 0 && method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "")
            + (parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "")
            + $"{Name(parameter.ParameterType)} {parameter.Name}"
            + (parameter.HasDefaultValue ? $" = {parameter.DefaultValue ?? "null"}" : "")))})";

    private static string Name(Type type) => type switch
    {
        { IsArray: true } => Name(type.GetElementType()!) + "[]",
        { IsGenericType: true } => $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>",
        _ when type == typeof(void) => "void",
        _ when type == typeof(string) => "string",
        _ when type == typeof(object) => "object",
        _ when type == typeof(bool) => "bool",
        _ when type == typeof(int) => "int",
        _ => type.Name,
    };
}
