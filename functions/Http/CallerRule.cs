namespace Serverless.Functions.Http;

/// <summary>Says who may call a function. A function without one stops the start.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal abstract class CallerRuleAttribute : Attribute;

/// <summary>Only callers whose token has this scope.</summary>
internal sealed class CalledByAttribute(Scope scope) : CallerRuleAttribute
{
    /// <summary>The scope needed.</summary>
    public Scope Scope { get; } = scope;
}

/// <summary>Anybody, without a token.</summary>
internal sealed class AnonymousAttribute : CallerRuleAttribute;
